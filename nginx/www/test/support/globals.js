// nginx/www/test/support/globals.js — What browsers have and an older node keeps in a module.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
