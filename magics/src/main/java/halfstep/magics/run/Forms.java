package halfstep.magics.run;

import halfstep.lab.form.Form;
import halfstep.magics.command.MethodSettings;
import halfstep.magics.command.MethodWord;
import halfstep.magics.command.ModelWord;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.GroupSolver;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a line's words for forms of a model mean: methods with the line's parameters, each with the
 * zeros that it finds.
 *
 * @param settings the methods' parameters
 * @param group weights that share a scale
 * @param own finds a solver of the user's own by its name
 */
record Forms(MethodSettings settings, int group, Function<String, Optional<GroupSolver>> own) {

  /** A form that is not the model itself. */
  Form of(ModelWord word) {
    ModelWord.Quantized quantized = word.quantized().orElseThrow();
    return of(word.text(), quantized.method(), quantized.bits());
  }

  /** A method at a width. */
  Form of(String name, MethodWord word, Bits bits) {
    QuantMethod method = settings.method(word, own);
    QuantSpec floats = new QuantSpec(bits, group, Axis.IN, ZeroPoint.FLOAT);
    return new Form(name, method, settings.spec(method, floats));
  }
}
