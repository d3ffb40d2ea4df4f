package halfstep.magics.run;

import halfstep.export.ExportException;
import halfstep.hub.HubException;
import halfstep.job.JobException;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.Refusal;
import halfstep.llm.ModelException;
import halfstep.magics.command.Commands;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.Session;
import halfstep.safetensors.SafetensorsException;
import halfstep.text.TokenizerException;
import java.io.UncheckedIOException;
import java.util.List;

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
    try {
      List<String> replaced = new Interpolation(session, host).apply(words);
      return fulfil(new Stage(host, session), Commands.parse(name, replaced));
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

  private static Report<?> fulfil(Stage stage, Request request) {
    return switch (request) {
      case Request.Load load -> new LoadCommand(stage).run(load);
      case Request.Param param -> new ParamCommand(stage).run(param);
      case Request.Help help -> HelpCommand.run(help);
      case Request.ExportModel export -> new ExportModelCommand(stage).run(export);
      case Request.HqqStart start -> new HqqCommand(stage).start(start);
      case Request.HqqStep step -> new HqqCommand(stage).step(step);
      case Request.HqqBack back -> new HqqCommand(stage).back(back);
      case Request.HqqRun run -> new HqqCommand(stage).run(run);
      case Request.HqqBranch branch -> new HqqComparison(stage).branch(branch);
      case Request.HqqTrace trace -> new HqqComparison(stage).trace(trace);
      case Request.AwqSalience salience -> new AwqCommand(stage).salience(salience);
      case Request.AwqSearch search -> new AwqCommand(stage).search(search);
      case Request.GptqWalk walk -> new GptqCommand(stage).run(walk);
      case Request.BenchLayers layers -> new BenchLayersCommand(stage).run(layers);
      case Request.Generate generate -> new GenerateCommand(stage).run(generate);
      case Request.BenchModel model -> new BenchModelCommand(stage).run(model);
      case Request.Evaluate evaluate -> new EvaluateCommand(stage).run(evaluate);
      case Request.Plant plant -> new PlantCommand(stage).run(plant);
    };
  }
}
