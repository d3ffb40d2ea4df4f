package halfstep.magics;

import halfstep.kernel.lineage.Hosts;
import halfstep.kernel.spi.Completion;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.LineAssist;
import halfstep.magics.command.Commands;
import halfstep.magics.command.Showing.Form;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.run.Runner;
import halfstep.magics.session.Session;
import halfstep.magics.session.WordsOfSession;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.jspecify.annotations.Nullable;

/** One command as a magic of the lineage; all of a kernel's share one session. */
final class CommandMagic
    implements LineMagic<Report<?>, BaseKernel>, CellMagic<Report<?>, BaseKernel>, LineAssist {

  private final String name;
  private final Session session;

  CommandMagic(String name, Session session) {
    this.name = name;
    this.session = session;
  }

  /** With {@code --quiet} there is no result, since front ends would show an empty one. */
  @Override
  public @Nullable Report<?> eval(BaseKernel kernel, List<String> words) {
    return seen(Runner.run(Hosts.of(kernel), session, name, words));
  }

  /**
   * A line per call, unless the command has a cell form of its own: the first may stand beside the
   * magic's name. The last one is the result.
   */
  @Override
  public @Nullable Report<?> eval(BaseKernel kernel, List<String> words, String body) {
    Host host = Hosts.of(kernel);
    if (Commands.ownsCells(name)) {
      return seen(Runner.runCell(host, session, name, words, body));
    }
    List<List<String>> lines =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(words), body.lines().map(CommandMagic::split))
            .filter(line -> !line.isEmpty())
            .toList();
    Report<?> last = Runner.run(host, session, name, lines.isEmpty() ? words : lines.getFirst());
    for (List<String> line : lines.stream().skip(1).toList()) {
      if (seen(last) != null) {
        host.display(last.bundle());
      }
      last = Runner.run(host, session, name, line);
    }
    return seen(last);
  }

  private static @Nullable Report<?> seen(Report<?> report) {
    return report.form() == Form.NOTHING ? null : report;
  }

  private static List<String> split(String line) {
    return line.strip().startsWith("//") ? List.of() : Words.of(line);
  }

  @Override
  public Completion complete(String arguments, int cursor) {
    return Commands.complete(name, arguments, cursor, new WordsOfSession(session));
  }

  @Override
  public String help() {
    return Commands.help(name);
  }
}
