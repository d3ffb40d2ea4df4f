package halfstep.kernel.engine;

import halfstep.kernel.interrupt.StopSignal;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl;

/**
 * Loads the classes of snippets, and those that a cell adds to the class path. The JDK's engine
 * weaves calls of {@code REPL.$Cancel$.stopCheck()} into every snippet; that class is made here, so
 * that the check is ours.
 */
final class SnippetLoader extends URLClassLoader implements LoaderDelegate {

  private static final String CANCEL_CLASS = "REPL.$Cancel$";

  private final Map<String, byte[]> pending = new ConcurrentHashMap<>();

  SnippetLoader(ClassLoader parent) {
    super("cells", new URL[0], parent);
    pending.put(CANCEL_CLASS, cancelClass());
  }

  @Override
  public void load(ExecutionControl.ClassBytecodes[] classes)
      throws ExecutionControl.ClassInstallException {
    for (ExecutionControl.ClassBytecodes loaded : classes) {
      pending.put(loaded.name(), loaded.bytecodes());
    }
    for (ExecutionControl.ClassBytecodes loaded : classes) {
      pending.computeIfPresent(
          loaded.name(), (_, bytes) -> ExitCalls.guarded(bytes, hierarchy(classes)));
    }
    boolean[] installed = new boolean[classes.length];
    for (int i = 0; i < classes.length; i++) {
      try {
        Class.forName(classes[i].name(), false, this);
        installed[i] = true;
      } catch (ClassNotFoundException | LinkageError e) {
        throw new ExecutionControl.ClassInstallException(
            "%s was not loaded: %s".formatted(classes[i].name(), e), installed);
      }
    }
  }

  /** Super classes as the bytecode tells them; nothing is loaded for the question. */
  private ClassHierarchyResolver hierarchy(ExecutionControl.ClassBytecodes[] classes) {
    return ClassHierarchyResolver.ofResourceParsing(
            (ClassDesc wanted) -> {
              String descriptor = wanted.descriptorString();
              String name = descriptor.substring(1, descriptor.length() - 1);
              for (ExecutionControl.ClassBytecodes loaded : classes) {
                if (loaded.name().equals(name.replace('/', '.'))) {
                  return new ByteArrayInputStream(loaded.bytecodes());
                }
              }
              return getResourceAsStream(name + ".class");
            })
        .orElse(ClassHierarchyResolver.ofClassLoading(this));
  }

  @Override
  public void classesRedefined(ExecutionControl.ClassBytecodes[] classes) {
    throw new UnsupportedOperationException("classes are replaced under new names, never in place");
  }

  @Override
  public void addToClasspath(String path) throws ExecutionControl.InternalException {
    for (String entry : path.split(File.pathSeparator, -1)) {
      try {
        addURL(new File(entry).toURI().toURL());
      } catch (MalformedURLException e) {
        throw new ExecutionControl.InternalException("no class path entry: " + entry + ": " + e);
      }
    }
  }

  @Override
  public Class<?> findClass(String name) throws ClassNotFoundException {
    Class<?> loaded = findLoadedClass(name);
    if (loaded != null) {
      return loaded;
    }
    byte[] bytes = pending.remove(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }

  private static byte[] cancelClass() {
    return ClassFile.of()
        .build(
            ClassDesc.of(CANCEL_CLASS),
            type ->
                type.withFlags(ClassFile.ACC_PUBLIC)
                    .withMethodBody(
                        "stopCheck",
                        ConstantDescs.MTD_void,
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                        code ->
                            code.invokestatic(
                                    ClassDesc.of(StopSignal.class.getName()),
                                    "check",
                                    ConstantDescs.MTD_void)
                                .return_()));
  }
}
