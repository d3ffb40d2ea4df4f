package halfstep.kernel.requests;

import com.google.gson.JsonObject;
import halfstep.kernel.cell.CellAssist;
import halfstep.kernel.engine.Completeness;
import halfstep.kernel.engine.Labels;
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
    CellAssist assist = session.kernel().assist();
    Completion completion = assist.complete(code, cursor(content, code));
    int start = code.codePointCount(0, completion.start());
    int end = code.codePointCount(0, completion.end());
    List<JsonObject> types =
        assist.labels(code, completion).stream().map(label -> type(label, start, end)).toList();
    return Json.object(
        "status",
        "ok",
        "matches",
        completion.matches(),
        "cursor_start",
        start,
        "cursor_end",
        end,
        "metadata",
        Json.object("_jupyter_types_experimental", types));
  }

  /** What front ends show beside a match; ipykernel's form, which they all read. */
  private static JsonObject type(Labels.Label label, int start, int end) {
    return Json.object(
        "text", label.text(),
        "type", label.type(),
        "signature", label.signature(),
        "start", start,
        "end", end);
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
