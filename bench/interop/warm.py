"""Runs loaders in children of one process that has imported their libraries: warm.py MODULE...
Reads a JSON list per line, [script, argument...], and answers with a JSON object of status, out and err."""
import importlib, json, os, runpy, sys, tempfile, warnings
warnings.filterwarnings("ignore")
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TORCHDYNAMO_DISABLE"] = "1"
os.environ.setdefault("GPTQMODEL_CPU_WORKERS", "4")
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)   # what libraries print while they are imported is no answer
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError as e:
        print("not imported:", name, e, file=sys.stderr)
for line in sys.stdin:
    words = json.loads(line)
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            sys.stdin.close()
            sys.argv = words
            status = 0
            try:
                runpy.run_path(words[0], run_name="__main__")
            except SystemExit as e:
                status = e.code if isinstance(e.code, int) else 1
                if not isinstance(e.code, (int, type(None))):
                    print(e.code, file=sys.stderr)
            except BaseException as e:
                status = 1
                print("%s: %s" % (type(e).__name__, e), file=sys.stderr)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status or 0)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        answers.write(json.dumps({"status": os.waitstatus_to_exitcode(status), "out": out.read(), "err": err.read()}) + "\n")
        answers.flush()
