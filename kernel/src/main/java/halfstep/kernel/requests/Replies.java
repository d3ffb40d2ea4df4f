package halfstep.kernel.requests;

import com.google.gson.JsonObject;
import halfstep.kernel.error.ErrorReport;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import java.util.List;

/** Contents that several handlers send. */
final class Replies {

  private static final String IMPLEMENTATION = "halfstep";

  private Replies() {}

  static JsonObject kernelInfo(String version) {
    JsonObject language =
        Json.object(
            "name", "java",
            "version", Runtime.version().toString(),
            "mimetype", "text/x-java-source",
            "file_extension", ".jsh",
            "pygments_lexer", "java",
            "codemirror_mode", "text/x-java");
    return Json.object(
        "status",
        "ok",
        "protocol_version",
        Message.VERSION,
        "implementation",
        IMPLEMENTATION,
        "implementation_version",
        version,
        "language_info",
        language,
        "banner",
        "Halfstep %s, Java %s".formatted(version, Runtime.version()),
        "help_links",
        List.of(),
        "supported_features",
        List.of("kernel subshells"),
        "debugger",
        false);
  }

  static JsonObject error(Throwable failure) {
    return error(ErrorReport.of(failure, false));
  }

  static JsonObject error(ErrorReport report) {
    return Json.object(
        "status", "error",
        "ename", report.name(),
        "evalue", report.message(),
        "traceback", report.traceback());
  }
}
