package halfstep.kernel.engine;

import halfstep.kernel.interrupt.ExitGuard;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** Replaces the calls that would end the process in the bytecode of snippets. */
final class ExitCalls {

  private static final ClassDesc GUARD = ClassDesc.of(ExitGuard.class.getName());
  private static final ClassDesc RUNTIME = ClassDesc.of("java.lang.Runtime");
  private static final MethodTypeDesc OF_SYSTEM =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);
  private static final MethodTypeDesc OF_RUNTIME =
      MethodTypeDesc.of(ConstantDescs.CD_void, RUNTIME, ConstantDescs.CD_int);

  private ExitCalls() {}

  /**
   * Guards one class.
   *
   * @param bytes the class, returned as it is when it calls nothing of the kind
   * @param classes tells super classes while the frames of changed methods are computed
   */
  static byte[] guarded(byte[] bytes, ClassHierarchyResolver classes) {
    ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(classes));
    ClassModel model = files.parse(bytes);
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof MemberRefEntry member && ends(member)) {
        return files.transformClass(
            model, ClassTransform.transformingMethodBodies(ExitCalls::replace));
      }
    }
    return bytes;
  }

  private static void replace(CodeBuilder code, CodeElement element) {
    if (element instanceof InvokeInstruction call && ends(call.method())) {
      boolean ofSystem = call.owner().asInternalName().equals("java/lang/System");
      code.invokestatic(GUARD, "exit", ofSystem ? OF_SYSTEM : OF_RUNTIME);
    } else {
      code.with(element);
    }
  }

  private static boolean ends(MemberRefEntry member) {
    String called = member.owner().asInternalName() + "." + member.name().stringValue();
    return switch (called) {
      case "java/lang/System.exit", "java/lang/Runtime.exit", "java/lang/Runtime.halt" -> true;
      default -> false;
    };
  }
}
