#!/usr/bin/python3
"""tests/systemd/chat.py — Two kinds of chat with a running Billet, by https and wss: `meet` once, `load` until told to stop.

  chat.py URL CA.pem meet STATE          two users of STATE (made at first sight) write to each other; STATE keeps every acknowledged message
  chat.py URL CA.pem recall STATE        the history is exactly what STATE says: nothing lost, nothing more
  chat.py URL CA.pem load PAIRS STOP     PAIRS pairs chat until the file STOP exists, whatever happens to the servers; then everything is compared

Ends with 0 if every acknowledged message is in the history once, in order, and came to the other member once, in order.
"""
import asyncio
import http.client
import json
import os
import random
import ssl
import sys
import time
import urllib.parse
import uuid

import websockets

URL = urllib.parse.urlsplit(sys.argv[1])
TLS = ssl.create_default_context(cafile=sys.argv[2])
PATIENCE_S = 120  # for one message: longer than any restart here, an unclean one of MariaDB included
PACE_S = 0.6  # the limit is two a second and user


class Refused(Exception):
    """An answer that no retry changes."""


def ask(method, path, token=None, body=None):
    """One request on a connection of its own; raises OSError or HTTPException where nothing was answered."""
    connection = http.client.HTTPSConnection(URL.hostname, URL.port or 443, timeout=20, context=TLS)
    try:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    finally:
        connection.close()


def insist(method, path, token=None, body=None):
    """Asks until there is an answer that counts: 429, 503 and silence are asked again."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            status, answer = ask(method, path, token, body)
            if status < 400:
                return answer
            if status not in (429, 503):
                raise Refused(f"{method} {path}: {status} {answer}")
            why = answer
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            why = repr(error)
        if time.monotonic() > end:
            raise Refused(f"{method} {path}: unanswered for {PATIENCE_S} s, last {why}")
        time.sleep(random.uniform(0.1, 0.5))


async def in_thread(*arguments):
    return await asyncio.get_running_loop().run_in_executor(None, insist, *arguments)


class User:
    def __init__(self, name, password, login):
        self.name, self.password = name, password
        self.id, self.token = login["user"]["id"], login["access_token"]

    @staticmethod
    def register():
        name, password = "boot-" + uuid.uuid4().hex[:12], uuid.uuid4().hex
        try:
            login = insist("POST", "/auth/register", None, {"username": name, "password": password})
        except Refused as refusal:
            if " 409 " not in str(refusal):
                raise
            return User.log_in(name, password)  # the answer to the first attempt was lost
        return User(name, password, login)

    @staticmethod
    def log_in(name, password):
        return User(name, password, insist("POST", "/auth/login", None, {"username": name, "password": password}))


class Listener:
    """A user's socket: resumes by cursor after every break, and keeps the events in order."""

    def __init__(self, user):
        self.user, self.cursor, self.epoch, self.events, self.breaks = user, None, None, [], 0
        self.socket, self.acks, self.live = None, {}, asyncio.Event()

    async def run(self):
        address = f"wss://{URL.hostname}:{URL.port or 443}/ws"
        while True:
            try:
                async with websockets.connect(address, ssl=TLS, open_timeout=20, close_timeout=2, ping_interval=None) as socket:
                    hello = {"token": self.user.token}
                    if self.cursor is not None:
                        hello.update(cursor=self.cursor, epoch=self.epoch)
                    await socket.send(json.dumps({"type": "hello", "id": "hello", "payload": hello}))
                    self.socket = socket
                    async for text in socket:
                        await self.take(socket, json.loads(text))
            except (OSError, websockets.exceptions.WebSocketException, asyncio.TimeoutError):
                pass
            self.socket, self.breaks = None, self.breaks + 1
            self.live.clear()
            for ack in self.acks.values():
                ack.done() or ack.set_result(None)
            await asyncio.sleep(random.uniform(0.2, 0.6))

    async def take(self, socket, frame):
        kind, payload = frame["type"], frame.get("payload", {})
        if kind == "welcome":
            if self.cursor is None:
                self.cursor, self.epoch = payload["cursor"], payload["epoch"]
            self.live.set()
        elif kind == "ping":
            await socket.send(json.dumps({"type": "pong"}))
        elif kind == "resync_required":
            raise Refused(f"{self.user.name} was told to reload: {frame}")
        elif "cursor" in frame:
            if frame["cursor"] != self.cursor + 1:
                raise Refused(f"{self.user.name}: event {frame['cursor']} after {self.cursor}")
            self.cursor = frame["cursor"]
            self.events.append(payload)
        ack = self.acks.get(frame.get("id"))
        if ack and not ack.done():
            ack.set_result(frame)

    async def send(self, room, name, content):
        """The acknowledged message, or None: then it is to be sent again under its name."""
        if not self.socket or not self.live.is_set():
            return None
        ack = self.acks[name] = asyncio.get_running_loop().create_future()
        try:
            await self.socket.send(json.dumps({"type": "chat_message", "id": name,
                                               "payload": {"room_id": room, "content": content, "client_msg_id": name}}))
            frame = await asyncio.wait_for(ack, 10)
        except (websockets.exceptions.WebSocketException, OSError, asyncio.TimeoutError, AttributeError):
            return None
        finally:
            self.acks.pop(name, None)
        return frame["payload"]["message"] if frame and frame["type"] == "ack" else None


async def say(user, listener, room, number):
    """Sends one message until it is acknowledged: by turns through the socket and by REST. Gives its (seq, content)."""
    name, content = uuid.uuid4().hex, f"{user.name} {number}"
    message = await listener.send(room, name, content) if number % 2 else None
    if message is None:
        message = await in_thread("POST", f"/chat/rooms/{room}/messages", user.token, {"content": content, "client_msg_id": name})
    return message["seq"], content


def history(user, room):
    found, after = [], 0
    while page := insist("GET", f"/chat/rooms/{room}/messages?after_seq={after}&limit=200", user.token):
        found += [(message["seq"], message["content"]) for message in page]
        after = page[-1]["seq"]
    return found


def compare(what, expected, found):
    if expected == found:
        return
    lost = [item for item in expected if item not in found]
    more = [item for item in found if item not in expected]
    raise Refused(f"{what}: of {len(expected)} acknowledged {len(lost)} are missing {lost[:3]}, {len(more)} are too many {more[:3]}, "
                  f"{len(found)} in all")


async def received(listener, others):
    """Waits until the other member's messages have come, and gives them in the order that they came in."""
    end = time.monotonic() + 60
    while True:
        messages = [event["message"] for event in listener.events if "message" in event]
        theirs = [(m["seq"], m["content"]) for m in messages if m["sender_id"] != listener.user.id]
        if len(theirs) >= others or time.monotonic() > end:
            return theirs
        await asyncio.sleep(0.1)


class Pair:
    def __init__(self, users):
        self.users, self.acknowledged = users, ([], [])
        self.room = insist("POST", "/chat/rooms", users[0].token, {"other_user_id": users[1].id})["id"]
        self.listeners = [Listener(user) for user in users]
        self.tasks = [asyncio.ensure_future(listener.run()) for listener in self.listeners]

    async def watched(self, work):
        """The result of work; what a listener finds wrong ends it."""
        work = asyncio.ensure_future(work)
        done, _ = await asyncio.wait([work, *self.tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {work}:
            work.cancel()
            task.result()
        return await work

    async def chat(self, side, go_on):
        number = 0
        await asyncio.wait_for(self.listeners[side].live.wait(), PATIENCE_S)
        while go_on(number):
            self.acknowledged[side].append(await say(self.users[side], self.listeners[side], self.room, number))
            number += 1
            await asyncio.sleep(PACE_S * random.uniform(0.7, 1.3))

    async def both(self, go_on):
        # Each hears from the other whatever is said once both are live.
        for listener in self.listeners:
            await asyncio.wait_for(listener.live.wait(), PATIENCE_S)
        await asyncio.gather(self.chat(0, go_on), self.chat(1, go_on))
        for side in (0, 1):
            other = sorted(self.acknowledged[1 - side])
            compare(f"{self.users[side].name} was told", other, await received(self.listeners[side], len(other)))

    def said(self):
        return sorted(self.acknowledged[0] + self.acknowledged[1])

    def close(self):
        for task in self.tasks:
            task.cancel()


async def meet(path):
    state = json.load(open(path)) if os.path.exists(path) else None
    users = [User.log_in(*user) for user in state["users"]] if state else [User.register(), User.register()]
    pair = Pair(users)
    await pair.watched(pair.both(lambda number: number < 3))
    pair.close()
    said = [tuple(item) for item in state["said"]] if state else []
    said += pair.said()
    compare("history", said, history(users[0], pair.room))
    json.dump({"users": [(user.name, user.password) for user in users], "said": said}, open(path, "w"))
    return f"{len(said)} messages, all there"


async def recall(path):
    state = json.load(open(path))
    users = [User.log_in(*user) for user in state["users"]]
    room = insist("POST", "/chat/rooms", users[0].token, {"other_user_id": users[1].id})["id"]
    compare("history", [tuple(item) for item in state["said"]], history(users[1], room))
    return f"{len(state['said'])} messages, all there"


async def load(pairs, stop):
    pairs = [Pair([User.register(), User.register()]) for _ in range(pairs)]
    print("chatting", flush=True)
    await asyncio.gather(*(pair.watched(pair.both(lambda _: not os.path.exists(stop))) for pair in pairs))
    for pair in pairs:
        pair.close()
        compare("history", pair.said(), history(pair.users[0], pair.room))
    return (f"{sum(len(pair.said()) for pair in pairs)} messages acknowledged, each there and delivered once; "
            f"{sum(listener.breaks for pair in pairs for listener in pair.listeners)} sockets broke and resumed")


async def main():
    mode, arguments = sys.argv[3], sys.argv[4:]
    try:
        if mode == "meet":
            said = await meet(*arguments)
        elif mode == "recall":
            said = await recall(*arguments)
        else:
            said = await load(int(arguments[0]), arguments[1])
    except (Refused, asyncio.TimeoutError) as refusal:
        print("WRONG:", refusal or repr(refusal))
        sys.exit(1)
    print(said)


asyncio.run(main())
