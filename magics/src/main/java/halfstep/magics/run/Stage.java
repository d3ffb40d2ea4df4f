package halfstep.magics.run;

import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import halfstep.llm.Model;
import halfstep.magics.chart.NoFontsException;
import halfstep.magics.chart.Picture;
import halfstep.magics.command.Request;
import halfstep.magics.command.Showing;
import halfstep.magics.display.ChartBundle;
import halfstep.magics.display.Report;
import halfstep.magics.session.HubFetch;
import halfstep.magics.session.Passage;
import halfstep.magics.session.Session;
import halfstep.magics.session.Texts;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Where commands show what they have: one command's host and session. */
final class Stage {

  private final Host host;
  private final Session session;
  private final Showing showing;

  Stage(Host host, Session session) {
    this(host, session, Showing.USUAL);
  }

  Stage(Host host, Session session, Showing showing) {
    this.host = host;
    this.session = session;
    this.showing = showing;
  }

  Session session() {
    return session;
  }

  Host host() {
    return host;
  }

  Progress progress(String title) {
    return host.progress(title);
  }

  /** Fetches from the hub, with the plan shown first. */
  HubFetch fetch() {
    return new HubFetch(session.hub(), plan -> host.display(MimeBundle.text(plan)), this::progress);
  }

  /** Texts by the words of a line. */
  Texts texts() {
    return new Texts(session.folders(), recipe -> fetch().text(recipe));
  }

  /** The text that calibrates: what the line names, or the project's own. */
  Passage calibration(Model model, Request.Calibration wanted) {
    return texts().read(model, wanted.files(), Texts.CALIBRATION, wanted.tokens(), wanted.ctx());
  }

  /**
   * Shows a chart, unless the line wants something else of its result; without fonts, says so the
   * first time and goes on.
   */
  void show(Supplier<Picture> chart) {
    if (showing.form() != Showing.Form.TABLE) {
      return;
    }
    try {
      Picture picture = chart.get();
      host.display(host.isTextOnly() ? ChartBundle.drawnAsText(picture) : ChartBundle.of(picture));
    } catch (NoFontsException e) {
      if (session.mentionFonts()) {
        host.display(MimeBundle.text(String.valueOf(e.getMessage())));
      }
    }
  }

  /** Shows what is more than a chart, unless the line wants something else of its result. */
  void play(Supplier<MimeBundle> player) {
    if (showing.form() != Showing.Form.TABLE) {
      return;
    }
    host.display(player.get());
  }

  /**
   * Shows frames to play, or one of them where nothing plays.
   *
   * @param still what remains on paper
   */
  void play(Supplier<MimeBundle> player, Supplier<Picture> still) {
    if (host.isTextOnly()) {
      show(still);
    } else {
      play(player);
    }
  }

  /**
   * Shows a report before the cell ends, since it will end otherwise than with a result. The
   * interrupt is put aside meanwhile, or making the report would be stopped as well, and then kept
   * for whoever stopped the cell.
   */
  void showUnfinished(Supplier<Report<?>> report) {
    boolean interrupted = Thread.interrupted();
    try {
      host.display(report.get().in(showing.form()).bundle());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Declares the report's value under the name that the line gave. */
  <T> Report<T> keep(Report<T> report, Optional<String> name) {
    if (name.isEmpty()) {
      return report;
    }
    host.declare(name.get(), report.type(), Objects.requireNonNull(report.value()));
    return report.withNote(
        "Kept as %s, a %s.".formatted(name.get(), report.type().replaceAll("\\b[a-z]+\\.", "")));
  }
}
