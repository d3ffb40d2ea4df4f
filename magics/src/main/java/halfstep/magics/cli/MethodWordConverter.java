package halfstep.magics.cli;

import halfstep.magics.command.MethodWord;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The methods of the command line: ours alone, for no variable of a notebook is at hand. */
final class MethodWordConverter implements ITypeConverter<MethodWord> {

  @Override
  public MethodWord convert(String text) {
    try {
      return MethodWord.builtIn(text);
    } catch (IllegalArgumentException e) {
      TypeConversionException refusal = new TypeConversionException(String.valueOf(e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
  }

  /** What the help lists. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return MethodWord.words().iterator();
    }
  }
}
