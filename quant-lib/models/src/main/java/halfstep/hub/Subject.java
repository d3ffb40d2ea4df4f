package halfstep.hub;

/**
 * What a request is about, for sentences.
 *
 * @param repo the repository
 * @param revision branch, tag or commit
 * @param file its path, or empty for the repository itself
 */
record Subject(RepoId repo, String revision, String file) {

  @Override
  public String toString() {
    return file.isEmpty() ? repo.toString() : "%s of %s".formatted(file, repo);
  }
}
