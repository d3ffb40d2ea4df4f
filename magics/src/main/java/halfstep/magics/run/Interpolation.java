package halfstep.magics.run;

import halfstep.kernel.spi.Host;
import halfstep.magics.command.Nearest;
import halfstep.magics.session.NotFoundException;
import halfstep.magics.session.Session;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts parameters and text variables in the place of {@code ${NAME}}. */
final class Interpolation {

  private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)}");

  private final Session session;
  private final Host host;

  Interpolation(Session session, Host host) {
    this.session = session;
    this.host = host;
  }

  List<String> apply(List<String> words) {
    return words.stream()
        .map(
            word -> PLACE.matcher(word).replaceAll(place -> Matcher.quoteReplacement(value(place))))
        .toList();
  }

  private String value(MatchResult place) {
    String name = place.group(1);
    return Optional.ofNullable(session.parameters().get(name))
        .or(() -> host.variable(name).map(String::valueOf))
        .orElseThrow(() -> new NotFoundException(unknown(name)));
  }

  private String unknown(String name) {
    List<String> nearest = Nearest.to(name, session.parameters().keySet(), 1);
    return "${%s} is neither a parameter nor a variable%s; declare it with %%param %s=value"
        .formatted(name, nearest.isEmpty() ? "" : "; nearest: " + nearest.getFirst(), name);
  }
}
