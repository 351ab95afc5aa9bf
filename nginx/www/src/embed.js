// embed.js — For a host page: one classic script tag defines <billet-chat>, which talks to the
// origin that the script came from.
import './view/chat.js';
