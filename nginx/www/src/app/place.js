// app/place.js — Where Billet is: every address of the server is made from this. It may be below a
// path of a site, as in https://site.example/chat/.

// The address that everything of Billet lies below, ending in a slash; null when nothing tells it.
//   server  as a page of a host names it; goes before the others
//   script  where our script came from, when it is one that knows
//   page    the address of our own page; a server may be named in relation to it
export function homeOf({ server = '', script = '', page = '' }) {
  try {
    const home = server ? new URL(server, page || undefined) : new URL('.', script || page);
    if (!/^https?:$/.test(home.protocol)) return null;
    return new URL(home.origin + (server ? home.pathname.replace(/\/?$/, '/') : home.pathname));
  } catch {
    return null;
  }
}

// What stands before every path of the contract: '' or '/chat' on our own origin,
// 'https://site.example/chat' from another one.
export const baseOf = (home, origin) => (isOwn(home, origin) ? home.pathname : home.href).replace(/\/$/, '');

export const isOwn = (home, origin) => home.origin === origin;

export const socketUrl = (base, page = location.href) => new URL(`${base}/ws`, page).href.replace(/^http/, 'ws');
