package io.hawser.failover.process;

import io.hawser.node.ProcessIdentity;
import java.io.File;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Starts and ends operating system processes. Blocks; stateless. */
final class Children {
  private static final String TOKEN = "HAWSER_PROCESS_TOKEN";
  private static final String OURS = "HAWSER_";

  private Children() {}

  /**
   * Starts a command. Its output is added to the file, its input is empty, and of the node's
   * environment it gets all but the node's own settings.
   *
   * @return its pid
   */
  static long start(Child child, List<String> command, String api, File output) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith(OURS));
    environment.putAll(environment(child, api));
    Process process = builder.start();
    process.getOutputStream().close();
    return process.pid();
  }

  private static Map<String, String> environment(Child child, String api) {
    Map<String, String> added = new HashMap<>();
    added.put("HAWSER_SERVICE", child.instance().service());
    added.put("HAWSER_INSTANCE_ID", child.instance().id());
    added.put("HAWSER_API", api);
    added.put(TOKEN, child.token());
    return added;
  }

  /**
   * Asks the processes to end (SIGTERM), and ends by force, with their own children, those that
   * have not within the time.
   *
   * @param graceMs 0 to use force at once
   */
  static void stop(Collection<ProcessIdentity> processes, long graceMs) {
    List<ProcessHandle> handles = processes.stream().flatMap(p -> p.handle().stream()).toList();
    List<ProcessHandle> descendants = handles.stream().flatMap(ProcessHandle::descendants).toList();
    if (graceMs > 0) {
      handles.forEach(ProcessHandle::destroy);
      await(handles, graceMs);
    }
    List<ProcessHandle> rest =
        Stream.concat(handles.stream(), descendants.stream())
            .filter(ProcessHandle::isAlive)
            .toList();
    rest.forEach(ProcessHandle::destroyForcibly);
    await(rest, KILL_WAIT_MS);
  }

  /** How long the end of a killed process is waited for. */
  static final long KILL_WAIT_MS = 3_000;

  private static void await(List<ProcessHandle> handles, long timeoutMs) {
    CompletableFuture<?>[] ends =
        handles.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Those that are still there are dealt with by the caller.
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a process could not be awaited", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Finds the process that was started with a token, when the node died before it wrote the pid
   * down. Only on Linux.
   *
   * @throws IOException when there may be one that cannot be looked at
   */
  static Optional<ProcessIdentity> findByToken(String token) throws IOException {
    return allByToken(token).stream().findFirst();
  }

  /**
   * All processes that have a token from the one that was started with it.
   *
   * @throws IOException when there may be one that cannot be looked at
   */
  static List<ProcessIdentity> allByToken(String token) throws IOException {
    return ProcessIdentity.startedWith(TOKEN + "=" + token);
  }
}
