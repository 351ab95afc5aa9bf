// app/store.js — The one place where the state lives: dispatch an action, hear of the change.

import { initialState, reduce } from '../state/reducer.js';

export class Store {
  state = initialState();
  listeners = new Set();

  dispatch = (action) => {
    const before = this.state;
    this.state = reduce(before, action);
    if (this.state !== before) for (const listener of this.listeners) listener(this.state, before);
  };

  // Answers a function that ends the subscription.
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
