# SPDX-License-Identifier: Apache-2.0
import time
from pathlib import Path
import bench, usbbench
class TmpTest(usbbench.UsbTest):
    def test_tmp_pause(self) -> None:
        for n in range(3):
            board = self.usb_board("--flash", "nrf52840", number=n)
            file = self.file("i.bin", bench.image(100000))
            trace = self.folder / f"t{n}"
            update = self.start_on("-p", board.node(), "-t", "2m", "--trace", trace, "update", file)
            self.wait_for_upload(update)
            with board.paused():
                time.sleep(6)
            self.finish(update)
            done = board.stop()
            print("DONE", n, done.code, done.err)
            lines = trace.read_text().splitlines()
            import re
            last = 0.0
            for i, line in enumerate(lines):
                m = re.match(r"\s*([\d.]+)", line)
                t = float(m[1]) if m else last
                if t - last > 2.0 and i > 20:
                    print("\n".join(x[:170] for x in lines[i-12:i+14])); print("-----")
                last = t
