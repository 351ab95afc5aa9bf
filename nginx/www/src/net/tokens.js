// net/tokens.js — Where access tokens come from: Billet's own accounts, or a host application.
//
// get({ minTtl, unlike }) answers a token good for at least minTtl seconds that is not `unlike`
// (one the server refused), and throws Problem: signed_out when there is none to be had, network
// and so on when one may be had later.

import { Problem } from './problem.js';
import { request } from './rest.js';
import { withLock } from './locks.js';
import { Local, local } from './storage.js';
import { Vault } from './vault.js';

const min_ttl_s = 30;
const patience_s = 30; // for another tab that refreshes: longer than a refresh takes at most
const host_deadline_ms = 15_000;

// Tokens of Billet's own accounts, shared by all tabs.
//
// A refresh token is good once; a second use revokes the session. So only one tab at a time
// refreshes, and it first looks whether another one has done it meanwhile: in the vault, since
// localStorage may still tell what was before. A refresh whose answer is lost costs the session:
// logging in again is the remedy.
//
// kept: whether the session is there after a reload. alone: tabs that share it cannot keep out of
// each other's way.
export class OwnTokens {
  constructor({
    base = '',
    storage,
    fetch = globalThis.fetch.bind(globalThis),
    now = Date.now,
    lock = withLock,
    vault = new Vault(),
  }) {
    Object.assign(this, {
      base,
      local: storage ? new Local(storage) : local,
      fetch,
      now,
      lock,
      vault,
      key: `billet:session:${base}`,
      kept: true,
      alone: false,
      spending: null,
    });
  }

  login = (username, password) => this.enter('/auth/login', { username, password });
  register = (username, password, display_name) =>
    this.enter('/auth/register', { username, password, ...(display_name ? { display_name } : {}) });

  get session() {
    return this.local.json(this.key) ?? null;
  }

  async get({ minTtl = min_ttl_s, unlike } = {}) {
    const good = (session) => session && session.access !== unlike && session.until - this.now() > minTtl * 1000;
    const held = this.session;
    if (good(held)) return held.access;
    const work = async ({ sure, alone }) => {
      const current = await this.newest();
      if (!current) throw new Problem({ code: 'signed_out' });
      if (good(current)) return current.access;
      this.alone = alone && this.kept;
      if (!(await sure())) throw new Problem({ code: 'busy', detail: 'another tab has taken over' });
      return this.refreshOnce(current, unlike);
    };
    return this.lock('billet:refresh', work, { patience: patience_s });
  }

  // The last session that any tab has got. Nobody is signed in any more when this tab's view of it
  // is gone.
  async newest() {
    const sure = await this.vault.get(this.key);
    const seen = this.session;
    return seen && sure && sure.at > (seen.at ?? 0) ? sure : seen;
  }

  // When the page is left the lock is given back, and a refresh under way goes on: whoever comes
  // back to it waits for its answer, and does not spend the same token again.
  refreshOnce(current, unlike) {
    if (this.spending?.token !== current.refresh) {
      const spending = (this.spending = { token: current.refresh, answer: this.refresh(current, unlike) });
      const end = () => this.spending === spending && (this.spending = null);
      spending.answer.then(end, end);
    }
    return this.spending.answer;
  }

  async refresh(current, unlike) {
    try {
      const { body } = await request(this.fetch, `${this.base}/auth/refresh`, {
        method: 'POST',
        body: { refresh_token: current.refresh },
      });
      const newest = await this.newest();
      if (newest?.refresh === current.refresh) return (await this.keep(body)).access;
      if (!newest) throw new Problem({ code: 'signed_out' });
      return newest.access;
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        // Unless somebody signed in anew meanwhile, this session is over.
        if ((await this.newest())?.refresh === current.refresh) this.forget();
        throw new Problem({ code: 'signed_out', status: error.status, detail: error.code });
      }
      if (current.access !== unlike && current.until > this.now()) return current.access;
      throw error;
    }
  }

  // Calls back when another tab signs in or out. Answers a function that ends it.
  onOtherTab(callback, target = globalThis) {
    const listener = (event) => {
      if (event.key !== this.key && event.key !== null) return;
      const [before, after] = [event.oldValue, event.newValue].map(userOf);
      if (before !== after || event.key === null) callback();
    };
    target.addEventListener('storage', listener);
    return () => target.removeEventListener('storage', listener);
  }

  forget() {
    this.local.remove(this.key);
    this.vault.remove(this.key);
  }

  async enter(path, body) {
    const answer = await request(this.fetch, this.base + path, { method: 'POST', body });
    const keep = () => this.keep(answer.body);
    // Who holds the lock and does not answer has a session that is over now.
    const kept = await this.lock('billet:refresh', keep, { patience: patience_s }).catch((error) =>
      error.code === 'busy' ? keep() : Promise.reject(error),
    );
    return kept.user;
  }

  async keep({ access_token, refresh_token, expires_in, user }) {
    const at = this.now();
    const session = {
      access: access_token,
      refresh: refresh_token,
      at,
      until: at + expires_in * 1000,
      user: user ?? this.session?.user,
    };
    const text = JSON.stringify(session);
    // An older one that stayed in a full store would be spent a second time by another tab.
    this.kept = this.local.set(this.key, text) || (this.local.remove(this.key), this.local.set(this.key, text));
    await this.vault.put(this.key, session);
    return session;
  }
}

function userOf(text) {
  try {
    return JSON.parse(text)?.user?.id ?? null;
  } catch {
    return null;
  }
}

// Tokens that a host application's own back end hands out: GET url → { "token", "expires_in"? }.
// The browser keeps nothing of them.
export class HostTokens {
  constructor({ url, fetch = globalThis.fetch.bind(globalThis), now = Date.now }) {
    Object.assign(this, { url, fetch, now, held: null, asking: null });
  }

  async get({ minTtl = min_ttl_s, unlike } = {}) {
    if (this.held && this.held.token !== unlike && this.held.until - this.now() > minTtl * 1000) return this.held.token;
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return this.asking;
  }

  async ask() {
    let response, body;
    try {
      response = await this.fetch(this.url, {
        credentials: 'include',
        cache: 'no-store',
        headers: { Accept: 'application/json' },
        signal: AbortSignal.timeout(host_deadline_ms),
      });
      body = response.ok ? await response.json() : null;
    } catch (cause) {
      throw new Problem({ code: 'network', detail: String(cause?.message ?? cause) });
    }
    if (response.status === 401 || response.status === 403)
      throw new Problem({ code: 'signed_out', status: response.status });
    const token = body?.token ?? body?.access_token;
    if (typeof token !== 'string')
      throw new Problem({ code: 'unavailable', status: response.status, detail: 'no token from the host' });
    this.held = { token, until: this.endOf(token, body.expires_in) };
    return token;
  }

  endOf(token, expires_in) {
    if (Number.isFinite(expires_in)) return this.now() + expires_in * 1000;
    try {
      const claims = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
      return claims.exp * 1000 || Infinity;
    } catch {
      return Infinity;
    }
  }
}
