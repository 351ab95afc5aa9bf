// view/media.js — What the device is like. A browser that cannot tell is taken for one with a
// keyboard, in light colours.

const unknown = { matches: false, addEventListener() {}, removeEventListener() {} };

// As matchMedia.
export const media = (query) => globalThis.matchMedia?.(query) ?? unknown;

// Written on by fingers, through the keyboard on the screen.
export const isTouch = () => media('(hover: none) and (pointer: coarse)').matches;
