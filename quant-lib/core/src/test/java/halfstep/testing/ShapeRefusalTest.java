package halfstep.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Shape;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every public method of core that takes a matrix, found by reflection: another shape is either
 * fine or refused in a sentence with numbers, never an index out of bounds half-way; and at least
 * one shape is refused, unless the method takes any.
 */
class ShapeRefusalTest {

  /** Shapes that do not fit {@link ShapeExamples#SHAPE}, 16 × 32, in groups of 8. */
  private static final List<Shape> WRONG =
      List.of(
          new Shape(16, 31),
          new Shape(15, 32),
          new Shape(17, 33),
          new Shape(32, 16),
          new Shape(16, 64),
          new Shape(1, 1));

  /** These look at one matrix of any shape, or hold what a search or a device made. */
  private static final Set<String> ANY_SHAPE =
      Set.of(
          "FiniteCheck.require",
          "Activations.of",
          "GramSum.of",
          "Hessian.of",
          "Inspected.layer",
          "new Layer",
          "new Block",
          "WeightMoments.of",
          "CompressedTensorsPacking.isSymmetric",
          "CompressedTensorsPacking.pack",
          "CompressedTensorsPacking.packZeros");

  @TestFactory
  Stream<DynamicTest> refusesOrTakes() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("halfstep")
            .stream()
            .map(JavaClass::reflect)
            .filter(ShapeRefusalTest::isVisible)
            .flatMap(type -> executables(type).stream())
            .filter(called -> shaped(called) > 0)
            .sorted((a, b) -> a.toString().compareTo(b.toString()))
            .map(called -> DynamicTest.dynamicTest(name(called), () -> check(called)));
  }

  private static boolean isVisible(@Nullable Class<?> type) {
    return type == null
        || (Modifier.isPublic(type.getModifiers()) && isVisible(type.getEnclosingClass()));
  }

  private static List<Executable> executables(Class<?> type) {
    List<Executable> all = new ArrayList<>(Arrays.asList(type.getConstructors()));
    all.addAll(Arrays.asList(type.getDeclaredMethods()));
    all.removeIf(called ->
        called.isSynthetic()
            || !Modifier.isPublic(called.getModifiers())
            || Modifier.isAbstract(
                called instanceof Method ? called.getModifiers() : Modifier.PUBLIC));
    return all;
  }

  private static long shaped(Executable called) {
    return Arrays.stream(called.getGenericParameterTypes()).filter(ShapeExamples::hasShape).count();
  }

  private static String name(Executable called) {
    List<String> types =
        Arrays.stream(called.getParameters())
            .map(Parameter::getType)
            .map(Class::getSimpleName)
            .toList();
    return "%s(%s)".formatted(shortName(called), String.join(", ", types));
  }

  private static String shortName(Executable called) {
    String type = called.getDeclaringClass().getSimpleName();
    return called instanceof Constructor<?> ? "new " + type : type + "." + called.getName();
  }

  private static void check(Executable called) throws ReflectiveOperationException {
    ShapeExamples examples = fitting(called);
    Type[] types = called.getGenericParameterTypes();
    int refused = 0;
    for (int p = 0; p < types.length; p++) {
      for (Shape shape : ShapeExamples.hasShape(types[p]) ? WRONG : List.<Shape>of()) {
        Object[] arguments = arguments(called, examples).orElseThrow();
        arguments[p] = ShapeExamples.shaped(types[p], shape);
        refused += isRefused(called, examples, arguments, p + " of " + shape) ? 1 : 0;
      }
    }
    boolean any = ANY_SHAPE.contains(shortName(called));
    assertEquals(any, refused == 0, name(called) + " takes every shape; is that meant?");
  }

  /** Examples with whichever zeros the method wants. */
  private static ShapeExamples fitting(Executable called) throws ReflectiveOperationException {
    List<String> reasons = new ArrayList<>();
    for (ZeroPoint zeros : ZeroPoint.values()) {
      ShapeExamples examples =
          ShapeExamples.of(called.getDeclaringClass(), QuantSpec.of(4, 8).with(zeros));
      Optional<Object[]> arguments = arguments(called, examples);
      if (arguments.isEmpty()) {
        return fail("ShapeExamples has no example of every type of " + called);
      }
      try {
        invoke(called, examples, arguments.orElseThrow());
        return examples;
      } catch (InvocationTargetException e) {
        reasons.add(String.valueOf(e.getCause()));
      }
    }
    return fail(name(called) + " refuses the examples that fit: " + reasons);
  }

  private static Optional<Object[]> arguments(Executable called, ShapeExamples examples) {
    Type[] types = called.getGenericParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int p = 0; p < types.length; p++) {
      Optional<?> example = examples.example(types[p]);
      if (example.isEmpty()) {
        return Optional.empty();
      }
      arguments[p] = example.orElseThrow();
    }
    boolean needsReceiver = called instanceof Method && !Modifier.isStatic(called.getModifiers());
    return needsReceiver && examples.example(called.getDeclaringClass()).isEmpty()
        ? Optional.empty()
        : Optional.of(arguments);
  }

  private static boolean isRefused(
      Executable called, ShapeExamples examples, Object[] arguments, String what)
      throws ReflectiveOperationException {
    try {
      invoke(called, examples, arguments);
      return false;
    } catch (InvocationTargetException e) {
      Throwable refusal = Objects.requireNonNull(e.getCause());
      String said = String.valueOf(refusal.getMessage());
      boolean clear = refusal instanceof IllegalArgumentException && said.matches(".*\\d.*");
      assertTrue(clear, () -> name(called) + ", argument " + what + ": " + refusal);
      return true;
    }
  }

  private static void invoke(Executable called, ShapeExamples examples, Object[] arguments)
      throws ReflectiveOperationException {
    switch (called) {
      case Constructor<?> constructor -> constructor.newInstance(arguments);
      case Method method ->
          method.invoke(
              examples.example((Type) method.getDeclaringClass()).orElse(null), arguments);
    }
  }
}
