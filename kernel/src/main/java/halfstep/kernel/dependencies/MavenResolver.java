package halfstep.kernel.dependencies;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import halfstep.kernel.spi.Progress;
import halfstep.kernel.spi.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;

/** Resolves libraries with Maven's own resolver, in this process. */
public final class MavenResolver {

  private static final String SCOPE = "runtime";

  private MavenResolver() {}

  /**
   * Finds and downloads.
   *
   * @param request what is wanted
   * @param progress told of each file
   * @return the jars, those that were asked for first
   * @throws Refusal if something cannot be had; the message says what and where it was looked for
   */
  public static List<Path> resolve(MavenRequest request, Progress progress) {
    ContextOverrides overrides =
        ContextOverrides.create()
            .withUserSettings(true)
            .offline(request.offline() ? Boolean.TRUE : null)
            .repositories(request.repositories().stream().map(MavenResolver::remote).toList())
            .addRepositoriesOp(ContextOverrides.AddRepositoriesOp.APPEND)
            .transferListener(new TransferProgress(progress))
            .build();
    try (Context context = Runtimes.INSTANCE.getRuntime().create(overrides)) {
      List<Artifact> found = withWhatTheyNeed(context, request);
      if (request.sources()) {
        fetchSources(context, found);
      }
      return found.stream().map(artifact -> artifact.getFile().toPath()).toList();
    } catch (DependencyResolutionException e) {
      boolean stopped = Thread.currentThread().isInterrupted();
      throw new Refusal(
          stopped ? "Interrupted" : "NotResolved",
          stopped ? "the download was interrupted" : firstLine(e),
          e);
    }
  }

  private static RemoteRepository remote(MavenRequest.Repository repository) {
    return new RemoteRepository.Builder(repository.id(), "default", repository.url()).build();
  }

  private static List<Artifact> withWhatTheyNeed(Context context, MavenRequest request)
      throws DependencyResolutionException {
    List<Exclusion> exclusions =
        request.exclusions().stream()
            .map(e -> e.split(":"))
            .map(e -> new Exclusion(e[0], e[1], "*", "*"))
            .toList();
    List<Dependency> wanted =
        request.artifacts().stream()
            .map(a -> new Dependency(new DefaultArtifact(a), SCOPE, false, exclusions))
            .toList();
    CollectRequest collect = new CollectRequest(wanted, null, context.remoteRepositories());
    List<ArtifactResult> results =
        context
            .repositorySystem()
            .resolveDependencies(
                context.repositorySystemSession(), new DependencyRequest(collect, null))
            .getArtifactResults();
    return results.stream().map(ArtifactResult::getArtifact).toList();
  }

  /** Puts the sources beside the jars, in the local repository; a library without any is usual. */
  private static void fetchSources(Context context, List<Artifact> found) {
    List<ArtifactRequest> requests = new ArrayList<>();
    for (Artifact jar : found) {
      Artifact sources =
          new DefaultArtifact(
              jar.getGroupId(), jar.getArtifactId(), "sources", "jar", jar.getVersion());
      requests.add(new ArtifactRequest(sources, context.remoteRepositories(), null));
    }
    try {
      context.repositorySystem().resolveArtifacts(context.repositorySystemSession(), requests);
    } catch (ArtifactResolutionException e) {
      long missing = e.getResults().stream().filter(r -> !r.isResolved()).count();
      System.out.printf("%d of %d libraries have no sources%n", missing, found.size());
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
