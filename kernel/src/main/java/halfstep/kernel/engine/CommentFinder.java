package halfstep.kernel.engine;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Looks through one parsed source file for the comment of one member. */
final class CommentFinder extends TreePathScanner<@Nullable Void, Signature> {

  private final DocTrees trees;
  private final Deque<String> classes = new ArrayDeque<>();
  private @Nullable String exact;
  private @Nullable String similar;

  private CommentFinder(DocTrees trees) {
    this.trees = trees;
  }

  /**
   * Finds the comment.
   *
   * @param source text of a Java file
   * @param wanted whose comment
   * @return that of the method with the very parameters, else of one with as many; null if none
   */
  static @Nullable String find(String source, Signature wanted) {
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(
                    null,
                    null,
                    new DiagnosticCollector<JavaFileObject>(),
                    List.of("-proc:none"),
                    null,
                    List.of(new Syntax.Unit(source)));
    CommentFinder finder = new CommentFinder(DocTrees.instance(task));
    try {
      for (CompilationUnitTree unit : task.parse()) {
        finder.scan(unit, wanted);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory could not be read", e);
    }
    return finder.exact == null ? finder.similar : finder.exact;
  }

  @Override
  public @Nullable Void visitClass(ClassTree tree, Signature wanted) {
    classes.push(tree.getSimpleName().toString());
    if (wanted.member() == null && isInside(wanted)) {
      exact = comment(getCurrentPath());
    }
    super.visitClass(tree, wanted);
    classes.pop();
    return null;
  }

  @Override
  public @Nullable Void visitMethod(MethodTree tree, Signature wanted) {
    String name = tree.getName().contentEquals("<init>") ? wanted.nested() : tree.getName() + "";
    if (isInside(wanted)
        && name.equals(wanted.member())
        && tree.getParameters().size() == wanted.parameters()) {
      boolean same = true;
      for (int i = 0; i < wanted.parameters(); i++) {
        String type = tree.getParameters().get(i).getType().toString().replaceAll("<.*>", "");
        same &= type.substring(type.lastIndexOf('.') + 1).equals(wanted.types().get(i));
      }
      String found = comment(getCurrentPath());
      exact = same ? found : exact;
      similar = found;
    }
    return null;
  }

  @Override
  public @Nullable Void visitVariable(VariableTree tree, Signature wanted) {
    if (isInside(wanted)
        && wanted.parameters() < 0
        && tree.getName().contentEquals(String.valueOf(wanted.member()))) {
      exact = comment(getCurrentPath());
    }
    return null;
  }

  private boolean isInside(Signature wanted) {
    return wanted.nested().equals(classes.peek());
  }

  private @Nullable String comment(TreePath path) {
    return trees.getDocComment(path);
  }
}
