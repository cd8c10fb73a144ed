package io.hawser.drill.fault;

import io.hawser.node.ProcessIdentity;

/** SIGKILL to one process. Nothing heals it but whoever starts it again. */
public record Kill(String name, ProcessIdentity who) implements Fault {
  /** Kills a process that is known by what it is in the drill. */
  public static Kill of(String what, ProcessIdentity who) {
    return new Kill("kill -9 of " + what, who);
  }

  @Override
  public void inject() {
    var unused = who.handle().map(ProcessHandle::destroyForcibly);
  }

  @Override
  public boolean effective() {
    return !who.alive();
  }

  @Override
  public void heal() {
    // The dead stay dead.
  }

  @Override
  public boolean healed() {
    return true;
  }
}
