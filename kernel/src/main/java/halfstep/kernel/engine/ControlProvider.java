package halfstep.kernel.engine;

import java.util.Map;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** Hands JShell the one control that we keep. */
record ControlProvider(ExecutionControl control) implements ExecutionControlProvider {

  @Override
  public String name() {
    return "halfstep";
  }

  @Override
  public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
    return control;
  }
}
