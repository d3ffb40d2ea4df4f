package halfstep.kernel.requests;

import com.google.gson.JsonObject;
import halfstep.kernel.engine.Completeness;
import halfstep.kernel.lineage.HalfstepKernel;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.source.CellPart;
import halfstep.kernel.spi.Completion;
import halfstep.kernel.spi.MimeBundle;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers what editors ask while a cell is written. Their cursors count code points, ours UTF-16
 * units.
 */
final class AssistRequests {

  private final Session session;

  AssistRequests(Session session) {
    this.session = session;
  }

  JsonObject complete(JsonObject content) {
    String code = Json.string(content, "code", "");
    Completion completion = session.kernel().assist().complete(code, cursor(content, code));
    return Json.object(
        "status", "ok",
        "matches", completion.matches(),
        "cursor_start", code.codePointCount(0, completion.start()),
        "cursor_end", code.codePointCount(0, completion.end()),
        "metadata", Map.of());
  }

  JsonObject inspect(JsonObject content) {
    String code = Json.string(content, "code", "");
    int detail = Json.integer(content, "detail_level", 0);
    Optional<MimeBundle> found =
        session.kernel().assist().inspect(code, cursor(content, code), detail);
    return Json.object(
        "status", "ok",
        "found", found.isPresent(),
        "data", found.map(MimeBundle::data).orElse(Map.of()),
        "metadata", found.map(MimeBundle::metadata).orElse(Map.of()));
  }

  JsonObject isComplete(JsonObject content) {
    HalfstepKernel kernel = session.kernel();
    List<CellPart> parts = kernel.evaluator().split(Json.string(content, "code", ""));
    Completeness verdict = Completeness.COMPLETE;
    for (CellPart part : parts) {
      if (part instanceof CellPart.Java java && verdict != Completeness.INVALID) {
        verdict = kernel.engine().completeness(java.source());
      }
    }
    return switch (verdict) {
      case COMPLETE -> Json.object("status", "complete");
      case INCOMPLETE -> Json.object("status", "incomplete", "indent", "    ");
      case INVALID -> Json.object("status", "invalid");
    };
  }

  private static int cursor(JsonObject content, String code) {
    int points = code.codePointCount(0, code.length());
    int wanted = Json.integer(content, "cursor_pos", points);
    return code.offsetByCodePoints(0, Math.clamp(wanted, 0, points));
  }
}
