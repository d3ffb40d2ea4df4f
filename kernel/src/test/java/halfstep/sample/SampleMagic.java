package halfstep.sample;

import halfstep.kernel.spi.Completion;
import halfstep.kernel.spi.LineAssist;
import java.util.List;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;

/** A line magic that offers completion and help. */
final class SampleMagic implements LineMagic<SampleExtension.Step, BaseKernel>, LineAssist {

  @Override
  public SampleExtension.Step eval(BaseKernel kernel, List<String> args) {
    return new SampleExtension.Step(args.size(), args);
  }

  @Override
  public Completion complete(String arguments, int cursor) {
    int start = arguments.lastIndexOf(' ', cursor - 1) + 1;
    String prefix = arguments.substring(start, cursor);
    return new Completion(
        start, cursor, Stream.of("--bits", "--group").filter(m -> m.startsWith(prefix)).toList());
  }

  @Override
  public String help() {
    return "%sample WORDS… counts its words";
  }
}
