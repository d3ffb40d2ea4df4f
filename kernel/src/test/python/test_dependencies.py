"""%maven and %classpath, from a repository that the test makes."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from wire import started

EXTENSION = """package far;
public final class Late implements org.dflib.jjava.jupyter.Extension {
  public void install(org.dflib.jjava.jupyter.kernel.BaseKernel kernel) {
    kernel.getMagicsRegistry().registerLineMagic("late", (k, words) -> "late " + words);
  }
  public void uninstall(org.dflib.jjava.jupyter.kernel.BaseKernel kernel) {}
}
"""
GREETING = """package far;
/** Says hello. */
public final class Greeting {
  /**
   * Greets from afar.
   *
   * @param name who is greeted
   */
  public static String hello(String name) { return "hello, " + name; }
}
"""
POM = """<project><modelVersion>4.0.0</modelVersion><groupId>far</groupId><artifactId>{name}</artifactId>
<version>1.0</version><dependencies>{needs}</dependencies></project>"""
NEEDS = "<dependency><groupId>far</groupId><artifactId>greeting</artifactId><version>1.0</version></dependency>"


def tool(kernel, name):
    return Path(kernel.manager.kernel_spec.argv[0]).with_name(name)


def jar(kernel, file, folder, *names):
    file.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([tool(kernel, "jar"), "--create", "--file", file, *names], cwd=folder, check=True)


@pytest.fixture(scope="module")
def far(kernel, tmp_path_factory):
    """A repository with a library, its sources, and an extension that needs it."""
    if not tool(kernel, "javac").exists():
        pytest.skip("this kernel runs on a JRE, without javac")
    root = tmp_path_factory.mktemp("far away ä")
    argv = kernel.manager.kernel_spec.argv
    for name, source in (("Greeting", GREETING), ("Late", EXTENSION)):
        folder = root / name
        (folder / "far").mkdir(parents=True)
        (folder / "far" / f"{name}.java").write_text(source)
        command = [tool(kernel, "javac"), "-cp", argv[argv.index("-cp") + 1], "-d", folder, folder / "far" / f"{name}.java"]
        subprocess.run(command, check=True)
        newer = time.time() + 60  # a jar with sources beside its classes; those are what counts, however old
        os.utime(folder / "far" / f"{name}.java", (newer, newer))
    services = root / "Late" / "META-INF" / "services"
    services.mkdir(parents=True)
    (services / "org.dflib.jjava.jupyter.Extension").write_text("far.Late\n")
    repository = root / "repository" / "far"
    for name, needs in (("greeting", ""), ("late", NEEDS)):
        place = repository / name / "1.0"
        jar(kernel, place / f"{name}-1.0.jar", root / name.title(), ".")
        (place / f"{name}-1.0.pom").write_text(POM.format(name=name, needs=needs))
    jar(kernel, repository / "greeting" / "1.0" / "greeting-1.0-sources.jar", root / "Greeting", "far/Greeting.java")
    return root


@pytest.fixture
def own(far):
    """A kernel of its own, because class paths only grow, and an empty local repository."""
    with started() as session:
        session.run(f'System.setProperty("maven.repo.local", "{far / "local"}");')
        yield session
    shutil.rmtree(far / "local", ignore_errors=True)


def test_maven_brings_a_library_what_it_needs_and_its_extension(own, far):
    repo = f'"here=file://{far / "repository"}"'
    assert own.run("%late x").of("error")[0]["ename"] == "UnknownMagic"
    outcome = own.run(f"%maven far:late:1.0 --repo {repo} --sources")
    assert outcome.reply["status"] == "ok", outcome.reply
    assert "2 added to the class path: late-1.0.jar, greeting-1.0.jar" in outcome.text()
    assert own.run('far.Greeting.hello("moon")').result["text/plain"] == "hello, moon"
    assert own.run("%late x").result["text/plain"] == "late [x]"
    text = own.ask("inspect", "far.Greeting.hello(", cursor_pos=19, detail_level=1)["data"]["text/plain"]
    assert "Greets from afar" in text and "who is greeted" in text
    assert "0 added" in own.run(f"%maven far:greeting:1.0 --offline --repo {repo}").text()


def test_maven_exclusions_and_refusals(own, far):
    repo = f'"here=file://{far / "repository"}"'
    assert "1 added to the class path: late-1.0.jar" in own.run(f"%maven far:late:1.0 --repo {repo} --exclude far:greeting").text()
    error = own.run(f"%maven far:absent:2.0 --repo {repo} --offline").of("error")[0]
    assert error["ename"] == "NotResolved" and "far:absent" in error["evalue"]
    error = own.run("%maven commons-math").of("error")[0]
    assert error["ename"] == "WrongUsage" and "expected GROUP:ARTIFACT:VERSION" in error["evalue"]
    assert "--exclude GROUP:ARTIFACT" in own.run("%maven?").text()
    assert own.ask("complete", "%maven --of")["matches"] == ["--offline"]


def test_classpath_takes_jars_folders_and_all_jars_of_a_folder(own, far):
    assert "1 added" in own.run(f'%classpath "{far / "Greeting"}"').text()
    assert own.run('far.Greeting.hello("sun")').result["text/plain"] == "hello, sun"
    assert "1 added to the class path: late-1.0.jar" in own.run(f'%classpath "{far}/repository/far/late/1.0/*"').text()
    assert own.run("%late").result["text/plain"] == "late []"
    error = own.run("%classpath no/such.jar").of("error")[0]
    assert error["ename"] == "NotFound" and "no/such.jar" in error["evalue"]
    assert "late-1.0.jar" in own.run("%classpath").result["text/plain"]
