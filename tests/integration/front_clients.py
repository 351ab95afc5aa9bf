#!/usr/bin/python3
"""tests/integration/front_clients.py — What nginx_fronts.sh needs beside curl.

ports N                        N free ports of 127.0.0.1
forward PORT TARGET            passes bytes from 127.0.0.1:PORT to 127.0.0.1:TARGET, both ways, and adds nothing
handshakes PORT SOURCE CLAIM…  one WebSocket handshake a claim (X-Forwarded-For), from SOURCE, all left open: their statuses
idle SECONDS TOKEN URL…        says hello on every URL, waits, and wants an answer from each: one line "URL alive" for each that is there
"""
import asyncio
import json
import socket
import sys


def ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(count))]
    print(*(each.getsockname()[1] for each in sockets))


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def forward(port, target):
    async def on_client(reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", int(target))
        await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))

    server = await asyncio.start_server(on_client, "127.0.0.1", int(port))
    print("listening", flush=True)
    await server.serve_forever()


async def handshake(port, source, claim):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port), local_addr=(source, 0))
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Forwarded-For: " + claim.encode() + b"\r\n\r\n"
    )
    head = await asyncio.wait_for(reader.readuntil(b"\r\n"), 20)
    return head.split()[1].decode(), writer


# All at once: wsd ends a socket that says no hello within 5 s, and its place is free again.
async def handshakes(port, source, *claims):
    answers = await asyncio.gather(*(handshake(port, source, claim) for claim in claims))
    print(*(status for status, _ in answers))


async def stays(seconds, url, token):
    import websockets

    async with websockets.connect(url, ping_interval=None) as client:
        await client.send(json.dumps({"type": "hello", "id": "1", "payload": {"token": token}}))
        if json.loads(await client.recv())["type"] != "welcome":
            return False
        end = asyncio.get_running_loop().time() + float(seconds)
        asked = False
        while True:
            if not asked and asyncio.get_running_loop().time() >= end:
                await client.send(json.dumps({"type": "refresh", "id": "2", "payload": {"token": token}}))
                asked = True
            try:
                frame = json.loads(await asyncio.wait_for(client.recv(), 20 if asked else 1))
            except asyncio.TimeoutError:
                if asked:
                    raise
                continue
            if frame["type"] == "ping":
                await client.send(json.dumps({"type": "pong"}))
            if frame.get("id") == "2":
                return True


async def idle(seconds, token, *urls):
    for url, alive in zip(urls, await asyncio.gather(*(stays(seconds, url, token) for url in urls), return_exceptions=True)):
        print(url, "alive" if alive is True else f"gone: {alive!r}")


if __name__ == "__main__":
    command = {"ports": ports, "forward": forward, "handshakes": handshakes, "idle": idle}[sys.argv[1]]
    result = command(*sys.argv[2:])
    if result is not None:
        asyncio.run(result)
