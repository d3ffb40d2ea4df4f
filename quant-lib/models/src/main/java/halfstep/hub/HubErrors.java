package halfstep.hub;

import halfstep.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;

/** The hub's refusals as sentences. */
final class HubErrors {

  private HubErrors() {}

  static HubException of(Subject subject, HttpResponse<?> answer, HubSettings settings) {
    String code = answer.headers().firstValue("X-Error-Code").orElse("");
    boolean known = settings.token().isPresent();
    if (code.equals("GatedRepo")) {
      return gated(subject, settings);
    }
    return switch (answer.statusCode()) {
      case 401 ->
          known && !code.equals("RepoNotFound")
              ? new HubException(
                  Reason.FORBIDDEN,
                  "%s: the hub does not accept the token; make a new one at %s/settings/tokens and set HF_TOKEN"
                      .formatted(subject, settings.endpoint()))
              : noRepository(subject, known);
      case 403 ->
          new HubException(
              Reason.FORBIDDEN,
              "%s: the hub forbids it %s"
                  .formatted(
                      subject,
                      known
                          ? "to the owner of this token; the token needs the right to read"
                          : "without a token; set HF_TOKEN"));
      case 404 -> notFound(subject, code, known);
      case 429 ->
          new HubException(
              Reason.RATE_LIMITED,
              "%s: the hub asks to slow down%s; try again later%s"
                  .formatted(
                      subject,
                      answer
                          .headers()
                          .firstValue("Retry-After")
                          .map(" (Retry-After: %s)"::formatted)
                          .orElse(""),
                      known ? "" : ", or set HF_TOKEN for a higher limit"));
      default ->
          new HubException(
              Reason.SERVER,
              "%s: %s answers %d; try again later"
                  .formatted(subject, settings.endpoint(), answer.statusCode()));
    };
  }

  private static HubException gated(Subject subject, HubSettings settings) {
    String page = settings.endpoint() + "/" + subject.repo().path();
    return new HubException(
        Reason.GATED,
        "%s is gated: accept its licence at %s %s, then try again"
            .formatted(
                subject.repo(),
                page,
                settings.token().isPresent()
                    ? "with the account that your token belongs to"
                    : "and set HF_TOKEN to a token of that account"));
  }

  private static HubException noRepository(Subject subject, boolean known) {
    return new HubException(
        Reason.NOT_FOUND,
        "the hub has no repository %s%s"
            .formatted(
                subject.repo(),
                known
                    ? ", or this token may not see it; check the name"
                    : ", or it is private; check the name, or set HF_TOKEN"));
  }

  private static HubException notFound(Subject subject, String code, boolean known) {
    return switch (code) {
      case "RevisionNotFound" ->
          new HubException(
              Reason.NOT_FOUND,
              "%s has no branch, tag or commit \"%s\"; main is the usual one"
                  .formatted(subject.repo(), subject.revision()));
      case "RepoNotFound" -> noRepository(subject, known);
      default ->
          subject.file().isEmpty()
              ? noRepository(subject, known)
              : new HubException(
                  Reason.NOT_FOUND,
                  "%s has no file %s at %s"
                      .formatted(subject.repo(), subject.file(), subject.revision()));
    };
  }

  static HubException unreachable(Subject subject, URI where, IOException cause) {
    String detail = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new HubException(
        Reason.UNREACHABLE,
        "%s: %s cannot be reached (%s); check the network, or set HF_HUB_OFFLINE=1 to use the cache alone"
            .formatted(subject, where.getHost(), detail),
        cause);
  }
}
