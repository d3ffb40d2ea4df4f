"""The suite of jupyter_kernel_test with samples in Java."""

import os
import unittest

import jupyter_kernel_test


class HalfstepKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ.get("HALFSTEP_KERNEL", "halfstep")
    language_name = "java"
    file_extension = ".jsh"
    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("to stderr");'
    completion_samples = [
        {"text": "System.out.printl", "matches": {"println("}},
        {"text": "Math.absEx", "matches": {"absExact("}},
    ]
    complete_code_samples = ["1+2", "int x = 5;", '"ab"', "record P(int x) {}", "int[] a = {1, 2};"]
    incomplete_code_samples = ["int f(int x) {", 'var t = """\nabc', "for (int i = 0; i < 3; i++) {", "f(1,"]
    invalid_code_samples = ["int 3x = ;", "}"]
    code_page_something = "Math.abs?"
    support_iopub_welcome = True
    code_generate_error = 'throw new IllegalStateException("x");'
    code_execute_result = [
        {"code": "1+2", "result": "3"},
        {"code": '"ab"', "result": "ab"},
        {"code": "new int[] {1, 2}", "result": "[1, 2]"},
        {"code": "record Q(int x) {}\nnew Q(4)", "result": "Q[x=4]"},
    ]
    code_display_data = [{"code": 'display("shown");', "mime": "text/plain"}]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.abs"
    code_clear_output = "clearOutput(false)"


if __name__ == "__main__":
    unittest.main()
