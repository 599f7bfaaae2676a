#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The house checks checked: each must let good samples pass and find what is wrong in bad ones."""

import pathlib
import shutil
import tempfile
import unittest

import check_format
import check_includes
import check_purity
import check_style
import house

HEAD = "/* SPDX-License-Identifier: Apache-2.0 */\n/* A sample. */\n"


class Stripping(unittest.TestCase):
    def test_comments_and_literals_vanish_and_lines_stay(self):
        code = 'a /* b\n"c" */ d // e\nf("g // h", \'"\') /* i */'
        self.assertEqual(house.strip_comments(code), 'a  \n d  \nf("", \'\')  ')

    def test_an_escaped_quote_does_not_end_a_string(self):
        self.assertEqual(house.strip_comments(r'f("a\"b /* c", d) /* e */'), 'f("", d)  ')


class Includes(unittest.TestCase):
    def objections(self, path, include):
        return check_includes.check({path: f"#include {include}\n"})

    def allow(self, path, *includes):
        for include in includes:
            self.assertEqual(self.objections(path, include), [], f"{path}: {include}")

    def refuse(self, path, *includes):
        for include in includes:
            self.assertEqual(len(self.objections(path, include)), 1, f"{path}: {include}")

    def test_base_knows_libc_only(self):
        self.allow("base/x.c", '"base/err.h"', "<poll.h>", "<sys/mman.h>")
        self.refuse("base/x.c", '"smp/frame.h"', '"src/cli.h"', "<cbor.h>", "<jansson.h>")

    def test_the_engine_knows_base_and_does_no_io(self):
        self.allow("smp/x.c", '"base/buf.h"', '"smp/frame.h"', "<string.h>", "<stdlib.h>")
        self.refuse("smp/x.c", '"base/clock.h"', '"base/file.h"', '"transport/serial.h"',
                    '"image/mcuboot.h"', '"fakedev/flash.h"', '"src/cli.h"')
        self.refuse("smp/x.c", "<stdio.h>", "<unistd.h>", "<time.h>", "<fcntl.h>", "<pthread.h>",
                    "<poll.h>", "<sys/types.h>", "<signal.h>", "<errno.h>")

    def test_only_the_fence_knows_libcbor(self):
        self.allow("smp/body.c", "<cbor.h>")
        self.refuse("smp/session.c", "<cbor.h>")
        self.refuse("smp/body.h", "<cbor.h>")
        self.refuse("fakedev/server.c", "<cbor.h>")

    def test_transports_and_images_know_base_only(self):
        self.allow("transport/x.c", '"base/clock.h"', '"transport/pty.h"', "<termios.h>")
        self.refuse("transport/x.c", '"smp/frame.h"', '"fakedev/fakedev.h"', "<zip.h>")
        self.allow("image/x.c", '"base/file.h"', '"image/digest.h"')
        self.refuse("image/x.c", '"smp/body.h"', '"transport/transport.h"')

    def test_the_fake_board_knows_the_wire_and_not_the_session(self):
        self.allow("fakedev/x.c", '"smp/header.h"', '"smp/frame.h"', '"smp/body.h"',
                   '"smp/crc16.h"', '"smp/base64.h"', '"image/mcuboot.h"', '"base/err.h"')
        self.refuse("fakedev/x.c", '"smp/session.h"', '"smp/upload.h"', '"src/client.h"',
                    '"transport/pty.h"')

    def test_the_fake_boards_program_may_use_transports(self):
        self.allow("fakedev/main.c", '"transport/pty.h"')
        self.allow("fakedev/program/serve.c", '"transport/pty.h"')
        self.refuse("fakedev/main.c", '"src/cli.h"')

    def test_the_program_knows_everything_but_tests(self):
        self.allow("src/commands/x.c", '"smp/session.h"', '"transport/serial.h"',
                   '"fakedev/fakedev.h"', '"src/cli.h"')
        for room in house.ROOMS:
            self.refuse(f"{room}/x.c", '"tests/support/vectors.h"')

    def test_a_library_has_one_file_per_room(self):
        one = {"src/json.c": "#include <jansson.h>\n", "image/zip.c": "#include <jansson.h>\n"}
        self.assertEqual(check_includes.check(one), [])
        two = dict(one, **{"src/other.c": "#include <jansson.h>\n"})
        self.assertEqual(len(check_includes.check(two)), 1)
        self.refuse("transport/x.c", "<jansson.h>", "<readline/readline.h>", "<openssl/evp.h>")
        self.refuse("image/other.c", "<openssl/evp.h>")
        self.allow("image/digest.c", "<openssl/evp.h>")

    def test_headers_are_named_with_their_folder_and_known(self):
        self.refuse("src/x.c", '"cli.h"', "<curl/curl.h>")

    def test_a_commented_include_is_none(self):
        self.assertEqual(check_includes.check({"smp/x.c": "/*\n#include <stdio.h>\n*/\n"}), [])

    def test_the_line_is_named(self):
        problems = check_includes.check({"smp/x.c": "/* a\n * b */\n\n  # include <stdio.h>\n"})
        self.assertTrue(problems[0].startswith("smp/x.c:4: "), problems)


class Purity(unittest.TestCase):
    GOOD = """
frame.c.o:
0000000000000000 T smp_frame_encode
                 U memcpy
                 U buf_append
                 U cbor_stream_decode
                 U __asan_report_load4
                 U __ubsan_handle_out_of_bounds_abort
                 U calloc

session.c.o:
0000000000000010 T smp_session_feed
                 U smp_frame_encode
                 U __stack_chk_fail@GLIBC_2.4
"""

    def test_the_engine_may_use_memory_base_and_itself(self):
        self.assertEqual(check_purity.check(self.GOOD), [])

    def test_every_forbidden_symbol_is_found(self):
        for symbol in ("printf", "write", "clock_gettime", "time", "open", "pthread_create",
                       "getenv", "file_map", "clock_monotonic", "cbor_load", "strerror", "exit",
                       "poll", "random", "stderr", "transport_write", "smp_not_defined"):
            found = check_purity.check(self.GOOD + f"                 U {symbol}\n")
            self.assertEqual(len(found), 1, symbol)
            self.assertIn(f"session.c.o: needs {symbol},", found[0])

    def test_weak_references_count_too(self):
        self.assertEqual(len(check_purity.check(self.GOOD + "                 w usleep\n")), 1)


class Style(unittest.TestCase):
    def objections(self, body, path="smp/x.c", head=HEAD):
        return check_style.check(path, head + body)

    def allow(self, body, path="smp/x.c"):
        self.assertEqual(self.objections(body, path), [])

    def refuse(self, body, path="smp/x.c", what=""):
        found = self.objections(body, path)
        self.assertEqual(len(found), 1, found)
        self.assertIn(what, found[0])

    def test_a_file_says_its_licence_and_what_it_is(self):
        self.allow("int x(void);\n")
        for head in ("", "\n" + HEAD, "/* SPDX-License-Identifier: MIT */\n/* A sample. */\n",
                     HEAD.split("\n")[0] + "\n#include <x.h>\n"):
            self.assertEqual(len(self.objections("int x(void);\n", head=head)), 1)

    def test_banned_calls_are_found_with_their_replacement(self):
        for name in check_style.BANNED:
            self.refuse(f"void f(void)\n{{\n\t{name}(x);\n}}\n", what=f"smp/x.c:5: {name}(): use ")
            self.allow(f"void f(void)\n{{\n\t{name}(x);\n}}\n", path="tests/unit/x.c")

    def test_nobody_sleeps(self):
        for name in check_style.BANNED_EVERYWHERE:
            self.refuse(f"void f(void)\n{{\n\t{name}(1);\n}}\n", path="tests/unit/x.c")

    def test_words_that_only_contain_a_banned_one_are_fine(self):
        self.allow('void f(void)\n{\n\tbuf_gets(x);\n\tops->system(x);\n\tputs("sprintf(x)");\n'
                   "\t/* strcpy(a, b) */\n}\n")

    def test_long_files_and_functions_are_found(self):
        def function(lines):
            return "void f(void)\n{\n" + "\tx();\n" * lines + "}\n"

        self.allow(function(80))
        self.refuse(function(81), what="function of 81 lines")
        self.allow("int a;\n" * 498)
        self.refuse("int a;\n" * 499, what="longer than 500")
        self.allow("int a;\n" * 499, path="tests/unit/x.c")

    def test_a_table_is_no_function(self):
        self.allow("static const int table[] = {\n" + "\t1,\n" * 100 + "};\n")

    def test_blanks_at_the_end_and_unfinished_work_are_found(self):
        self.refuse("int x(void); \n", what="blanks")
        self.refuse("int x(void);\t\n", what="blanks")
        self.refuse("int x(void);", what="no line feed")
        self.refuse("/* TO" "DO: x */\n", what="unfinished")
        self.refuse("/* FIX" "ME */\n", what="unfinished", path="tests/unit/x.c")

    def test_constant_statics_are_fine(self):
        self.allow("static const int a = 1;\n"
                   "static const char *const names[] = { 0 };\n"
                   "static const struct {\n\tconst char *name;\n} rows[] = { { 0 } };\n"
                   "static int f(int x)\n{\n\treturn x;\n}\n"
                   "static const char *g(void)\n{\n\tstatic const char t[] = { 1 };\n\treturn t;\n}\n"
                   "static inline int h(void)\n{\n\treturn 1;\n}\n"
                   "static int declared(int *x);\n"
                   "__attribute__((format(printf, 1, 0))) static void p(const char *f)\n{\n}\n")

    def test_statics_that_change_are_found_wherever_they_are(self):
        for bad in ("static int a;\n", "static int a = 1;\n", "static char a[4];\n",
                    "static struct x a = { .b = 1 };\n", "static const char *name = 0;\n",
                    "static const char *names[] = { 0 };\n", "static void (*hook)(void);\n",
                    "static struct {\n\tconst int x;\n} a;\n",
                    "void f(void)\n{\n\tstatic int count;\n}\n"):
            self.refuse(bad, what="a static that can change")
            self.allow(bad, path="tests/unit/x.c")

    def test_readlines_file_has_one_static(self):
        self.allow("#include <readline/readline.h>\nstatic int a;\n", path="src/x.c")
        self.refuse("#include <readline/readline.h>\nstatic int a;\nstatic int b;\n",
                    path="src/x.c")


class Format(unittest.TestCase):
    def setUp(self):
        if shutil.which(check_format.CLANG_FORMAT) is None:
            self.skipTest(f"{check_format.CLANG_FORMAT} is not installed")

    def test_what_clang_format_would_change_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            good, bad = pathlib.Path(folder, "good.c"), pathlib.Path(folder, "bad.c")
            good.write_text(HEAD + "int f(void);\n")
            bad.write_text(HEAD + "int  f( void );\n")
            shutil.copy(house.ROOT / ".clang-format", folder)
            self.assertEqual(check_format.unformatted([good, bad]), [str(bad)])
            self.assertEqual(check_format.unformatted([good]), [])


if __name__ == "__main__":
    unittest.main()
