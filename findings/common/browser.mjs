// findings/common/browser.mjs: one page served at a loopback address, and the browser whose path is the first argument.
import http from 'node:http';
import { chromium } from 'playwright-core';

export const html = { contentType: 'text/html', body: '<!doctype html><title>page</title>' };
export const server = http.createServer((_, reply) =>
  reply.setHeader('content-type', html.contentType).end(html.body),
);
await new Promise((up) => server.listen(0, '127.0.0.1', up));
export const origin = `http://127.0.0.1:${server.address().port}`;
export const launch = (options) =>
  chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox'], ...options });
