package halfstep.magics.run;

import halfstep.backend.DeviceWork;
import halfstep.backend.Devices;
import halfstep.export.ExportException;
import halfstep.hub.HubException;
import halfstep.job.JobException;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.Refusal;
import halfstep.llm.ModelException;
import halfstep.magics.command.AwqRequest;
import halfstep.magics.command.BenchRequest;
import halfstep.magics.command.Commands;
import halfstep.magics.command.HqqRequest;
import halfstep.magics.command.Request;
import halfstep.magics.command.ShowRequest;
import halfstep.magics.command.Showing;
import halfstep.magics.command.Understood;
import halfstep.magics.display.CsvFile;
import halfstep.magics.display.Report;
import halfstep.magics.session.Journal;
import halfstep.magics.session.Session;
import halfstep.safetensors.SafetensorsException;
import halfstep.text.TokenizerException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Runs one command line: understands it, fulfils it, and turns typed errors into refusals. */
public final class Runner {

  private Runner() {}

  /**
   * Runs a line.
   *
   * @param name of the command
   * @param words what follows it
   * @return what to show as the cell's result
   * @throws Refusal if the line or what it asks for is wrong
   * @throws halfstep.tensor.InterruptedWork if interrupted; what was finished has been shown
   */
  public static Report<?> run(Host host, Session session, String name, List<String> words) {
    return run(host, session, name, words, replaced -> Commands.understand(name, replaced));
  }

  /**
   * Runs a cell of a command that owns its cells; as {@link #run}.
   *
   * @param body the lines below the first
   */
  public static Report<?> runCell(
      Host host, Session session, String name, List<String> words, String body) {
    return run(
        host,
        session,
        "%" + name,
        words,
        replaced -> Commands.understandCell(name, replaced, body));
  }

  private static Report<?> run(
      Host host,
      Session session,
      String name,
      List<String> words,
      Function<List<String>, Understood> understand) {
    try {
      Understood line = understand.apply(new Interpolation(session, host).apply(words));
      Journal.Entry entry = session.journal().begin(name, words, line.request());
      Host recorded = new RecordedHost(host, entry);
      Stage stage = new Stage(recorded, session, line.showing());
      DeviceWork work = Devices.work(line.device());
      Report<?> report = work.call(() -> fulfil(stage, line.request()));
      for (String remark : work.remarks()) {
        report = report.withNote(remark);
      }
      report = written(report, line.showing());
      entry.add(report.bundle());
      return report;
    } catch (ExportException
        | IllegalArgumentException
        | IllegalStateException
        | HubException
        | JobException
        | ModelException
        | SafetensorsException
        | TokenizerException
        | UncheckedIOException e) {
      throw new Refusal(e.getClass().getSimpleName(), String.valueOf(e.getMessage()), e);
    }
  }

  /** As the line wants it shown, with its table written where the line says. */
  private static Report<?> written(Report<?> report, Showing showing) {
    Report<?> noted =
        showing
            .csv()
            .<Report<?>>map(file -> report.withNote(CsvFile.write(report, Path.of(file))))
            .orElse(report);
    return noted.in(showing.form());
  }

  private static Report<?> fulfil(Stage stage, Request request) {
    return switch (request) {
      case Request.Load load -> new LoadCommand(stage).run(load);
      case Request.Param param -> new ParamCommand(stage).run(param);
      case Request.Help help -> new HelpCommand(stage).run(help);
      case Request.Gpu gpu -> new GpuCommand(stage).run(gpu);
      case Request.Check check -> new CheckCommand(stage).run(check);
      case Request.KeepAnswer answer -> new CheckCommand(stage).keep(answer);
      case Request.WriteReport report -> new ReportCommand(stage).run(report);
      case Request.ExportModel export -> new ExportModelCommand(stage).run(export);
      case Request.GptqWalk walk -> new GptqCommand(stage).run(walk);
      case Request.Generate generate -> new GenerateCommand(stage).run(generate);
      case Request.Evaluate evaluate -> new EvaluateCommand(stage).run(evaluate);
      case Request.Lab lab -> new LabCommand(stage).run(lab);
      case Request.Plant plant -> new PlantCommand(stage).run(plant);
      case ShowRequest show -> show(stage, show);
      case HqqRequest hqq -> hqq(stage, hqq);
      case AwqRequest awq -> awq(stage, awq);
      case BenchRequest bench -> bench(stage, bench);
    };
  }

  private static Report<?> show(Stage stage, ShowRequest request) {
    return switch (request) {
      case ShowRequest.Weights weights -> new ShowWeightsCommand(stage).run(weights);
      case ShowRequest.Layer layer -> new ShowLayerCommand(stage).run(layer);
      case ShowRequest.Packing packing -> new ShowPackingCommand(stage).run(packing);
      case ShowRequest.StoredFile file -> new ShowFileCommand(stage).run(file);
    };
  }

  private static Report<?> hqq(Stage stage, HqqRequest request) {
    return switch (request) {
      case HqqRequest.Start start -> new HqqCommand(stage).start(start);
      case HqqRequest.Step step -> new HqqCommand(stage).step(step);
      case HqqRequest.Back back -> new HqqCommand(stage).back(back);
      case HqqRequest.Run run -> new HqqCommand(stage).run(run);
      case HqqRequest.Branch branch -> new HqqComparison(stage).branch(branch);
      case HqqRequest.Trace trace -> new HqqComparison(stage).trace(trace);
      case HqqRequest.Compare compare -> new HqqVariants(stage).compare(compare);
      case HqqRequest.Sweep sweep -> new HqqVariants(stage).sweep(sweep);
    };
  }

  private static Report<?> awq(Stage stage, AwqRequest request) {
    return switch (request) {
      case AwqRequest.Protect protect -> new AwqProbes(stage).protect(protect);
      case AwqRequest.Compare compare -> new AwqProbes(stage).compare(compare);
      case AwqRequest.Clip clip -> new AwqProbes(stage).clip(clip);
      case AwqRequest.Salience salience -> new AwqCommand(stage).salience(salience);
      case AwqRequest.Search search -> new AwqCommand(stage).search(search);
    };
  }

  private static Report<?> bench(Stage stage, BenchRequest request) {
    return switch (request) {
      case BenchRequest.Cell cell -> new BenchCellCommand(stage).run(cell);
      case BenchRequest.Layers layers -> new BenchLayersCommand(stage).run(layers);
      case BenchRequest.Model model -> new BenchModelCommand(stage).run(model);
      case BenchRequest.Matvec matvec -> new BenchMatvecCommand(stage).run(matvec);
    };
  }
}
