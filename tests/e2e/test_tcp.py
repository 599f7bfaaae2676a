#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A board behind a TCP port, as ser2net and qemu show one."""
from __future__ import annotations

import socket
import subprocess
import threading

import bench
from bench import NO_PORT, OK, PROTOCOL, Done


class TcpTest(bench.BenchTest):
    def boards(self, *options: str, count: int = 1) -> list[str]:
        """Start a fakedev; the addresses of its boards."""
        words = [str(bench.FAKEDEV), "--tcp", "0", "--boards", str(count), *options]
        # pylint: disable-next=consider-using-with
        process = subprocess.Popen(words, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(self._end, process)
        assert process.stdout is not None
        return [bench.read_line(process.stdout) for _ in range(count)]

    def at(self, code: int, address: str, *args: str) -> Done:
        done = bench.run(bench.SMPCTL, "-p", address, *args)
        self.assertEqual(done.code, code, str(done))
        return done

    def test_a_whole_update_passes(self) -> None:
        [address] = self.boards()
        image = self.file("new.bin", bench.image(60000))
        done = self.at(OK, address, "--json", "update", str(image))
        self.assertEqual(done.json()["port"], address)
        running = self.at(OK, address, "--json", "image", "list").json()["result"]["images"][0]
        self.assertEqual(running["hash"], bench.image_hash(image.read_bytes()))
        self.assertTrue(running["confirmed"])

    def test_an_adapter_keeps_the_connection_while_its_board_resets(self) -> None:
        [address] = self.boards("--adapter")
        image = self.file("new.bin", bench.image(20000))
        self.at(OK, address, "update", str(image))

    def test_several_boards_are_a_fleet(self) -> None:
        first, second = self.boards(count=2)
        image = self.file("new.bin", bench.image(20000))
        done = bench.run(bench.SMPCTL, "-p", first, "-p", second, "update", image)
        self.assertEqual(done.code, OK, str(done))
        for address in (first, second):
            self.assertIn("version: 2.0.0", self.at(OK, address, "image", "list").out)

    def test_nobody_there_is_no_port(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"tcp:127.0.0.1:{free.getsockname()[1]}"
        done = self.at(NO_PORT, address, "image", "list")
        self.assertIn("Connection refused", done.err)
        self.assertIn("hint: ", done.err)

    def test_a_server_that_hangs_up_is_told_from_silence(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            def turn_away() -> None:
                while True:
                    try:
                        client, _ = server.accept()
                    except OSError:
                        return
                    with client:
                        client.sendall(b"Port already in use\r\n")
                        client.recv(4096)

            threading.Thread(target=turn_away, daemon=True).start()
            done = self.at(NO_PORT, f"tcp:127.0.0.1:{server.getsockname()[1]}", "image", "list")
            server.shutdown(socket.SHUT_RDWR)
        self.assertIn("the other end has closed the connection", done.err)

    def test_what_is_no_smp_is_quoted(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            def greet() -> None:
                client, _ = server.accept()
                with client:
                    client.sendall(b"login: ")
                    while client.recv(4096):
                        pass

            threading.Thread(target=greet, daemon=True).start()
            done = self.at(PROTOCOL, f"tcp:127.0.0.1:{server.getsockname()[1]}", "-t", "300ms",
                           "-r", "1", "image", "list")
        self.assertIn("login: ", done.err)


if __name__ == "__main__":
    bench.unittest.main()
