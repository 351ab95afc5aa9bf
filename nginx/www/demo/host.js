// host.js — The demo shop's page: whoever is chosen is logged in at the shop, and the chat is
// placed for them.
const peers = { mia: '@shop.tom', tom: '' }; // a customer talks to support; support sees all conversations
const hint = document.querySelector('#hint');

async function enter(user) {
  const answer = await fetch(`/log-in?user=${user}`, { method: 'POST' }).catch(() => null);
  if (!answer?.ok) {
    hint.textContent =
      'This page needs the shop behind it: run node nginx/www/demo/host.mjs and open the address that it prints.';
    return;
  }
  for (const button of document.querySelectorAll('button'))
    button.setAttribute('aria-pressed', String(button.dataset.user === user));
  hint.textContent = peers[user] ? 'You talk to support.' : 'You see all conversations of support.';
  const chat = document.createElement('billet-chat');
  chat.setAttribute('token-url', '/billet-token');
  if (peers[user]) chat.setAttribute('peer', peers[user]);
  document.querySelector('#chat').replaceChildren(chat);
}

for (const button of document.querySelectorAll('button'))
  button.addEventListener('click', () => enter(button.dataset.user));
