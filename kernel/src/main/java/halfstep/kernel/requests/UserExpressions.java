package halfstep.kernel.requests;

import com.google.gson.JsonObject;
import halfstep.kernel.lineage.HalfstepKernel;
import halfstep.kernel.protocol.Json;

/** Evaluates the expressions that a front end sends along with a cell. */
final class UserExpressions {

  private UserExpressions() {}

  /** Returns name to value or error, each as Jupyter wants it. */
  static JsonObject evaluate(HalfstepKernel kernel, JsonObject expressions) {
    JsonObject values = new JsonObject();
    for (String name : expressions.keySet()) {
      values.add(name, value(kernel, Json.string(expressions, name, "")));
    }
    return values;
  }

  private static JsonObject value(HalfstepKernel kernel, String expression) {
    try {
      JsonObject value =
          kernel.render(kernel.evaluator().evaluate(expression, 0, kernel::show).object());
      value.addProperty("status", "ok");
      return value;
    } catch (Exception e) {
      return Replies.error(e);
    } finally {
      kernel.engine().forgetCell();
    }
  }
}
