// main.js — Our own page: one <billet-chat> that fills the window.
import './view/chat.js';
