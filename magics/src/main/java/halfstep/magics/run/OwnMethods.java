package halfstep.magics.run;

import halfstep.kernel.spi.Host;
import halfstep.magics.session.NotFoundException;
import halfstep.magics.session.Session;
import halfstep.quant.GroupSolver;
import java.util.Optional;

/**
 * The user's own methods: variables that hold a {@link GroupSolver}, such as
 *
 * <pre>
 * GroupSolver mine = (group, spec) -&gt; GroupSolution.rounded(group, scale, zero, spec);
 * </pre>
 */
final class OwnMethods {

  private final Host host;
  private final Session session;

  OwnMethods(Stage stage) {
    this.host = stage.host();
    this.session = stage.session();
  }

  /**
   * The solver that a variable holds, or empty if there is no such variable.
   *
   * @throws NotFoundException if the variable holds something else
   */
  Optional<GroupSolver> find(String name) {
    Optional<GroupSolver> found = host.variable(name).map(value -> solver(name, value));
    found.ifPresent(solver -> session.ownMethods().add(name));
    return found;
  }

  private static GroupSolver solver(String name, Object value) {
    if (value instanceof GroupSolver solver) {
      return solver;
    }
    throw new NotFoundException(
        "variable %s is a %s, but a method of your own is a halfstep.quant.GroupSolver: GroupSolver %s = (group, spec) -> …"
            .formatted(name, value.getClass().getSimpleName(), name));
  }
}
