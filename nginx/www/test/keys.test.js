// test/keys.test.js — Keys of an input method, as each browser tells of them.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { isComposing } from '../src/view/keys.js';

test('the Return that ends a composition belongs to the input method, in every browser’s order', () => {
  const told = {
    'Chromium, Firefox: before compositionend': { key: 'Enter', keyCode: 229, isComposing: true },
    'Chromium, a key without its name': { key: 'Process', keyCode: 229, isComposing: true },
    'Safari: after compositionend': { key: 'Enter', keyCode: 229, isComposing: false },
    'old Firefox: its own code': { key: 'Enter', keyCode: 13, isComposing: true },
  };
  for (const [order, event] of Object.entries(told)) assert.equal(isComposing(event), true, order);
  for (const event of [
    { key: 'Enter', keyCode: 13, isComposing: false },
    { key: 'Escape', keyCode: 27, isComposing: false },
  ])
    assert.equal(isComposing(event), false, event.key);
});

test('no part of the view listens to keys without asking whose they are', () => {
  const view = new URL('../src/view/', import.meta.url);
  const source = (name) => readFileSync(new URL(name, view), 'utf8');
  const listening = readdirSync(view).filter((name) => name !== 'keys.js' && /key(down|up|press)/.test(source(name)));
  assert.ok(listening.length >= 5);
  assert.deepEqual(
    listening.filter((name) => !source(name).includes('isComposing(event)')),
    [],
  );
});
