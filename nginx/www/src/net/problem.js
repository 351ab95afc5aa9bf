// net/problem.js — What went wrong, in the contract's words: every failure of REST and of the
// socket is one of these.

export class Problem extends Error {
  // `code`: of the contract, or of ours: network (no answer: the call may have been carried out),
  // signed_out, busy (another tab does not give way).
  constructor({ code, status = 0, detail = '', retry_after = 0, request_id = '', errors = [] }) {
    super(detail || code);
    this.name = 'Problem';
    Object.assign(this, { code, status, detail, retryAfter: retry_after, requestId: request_id, errors });
  }
}

const transient = new Set([
  'network',
  'unavailable',
  'rate_limited',
  'internal',
  'token_expired',
  'unauthenticated',
  'account_disabled',
  'signed_out',
  'busy',
  'timeout',
]);

// Worth asking again later with the same client_msg_id; everything else is an answer.
export const isTransient = (error) => !(error instanceof Problem) || transient.has(error.code);
