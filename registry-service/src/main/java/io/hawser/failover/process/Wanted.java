package io.hawser.failover.process;

import io.hawser.catalog.Refused;
import io.hawser.failover.driver.ProcessDriver;
import io.hawser.model.Epoch;
import io.hawser.model.FailoverMessage.EnsureProcess;
import io.hawser.model.InstanceKey;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is to run, seen to be sound.
 *
 * @param call the name of the request; empty for an entry of this node's own configuration
 */
record Wanted(
    InstanceKey instance, Template template, String host, int port, Epoch epoch, String call) {
  private static final int MAX_PORT = 65_535;
  private static final int MAX_HOST = 253;

  /** Begins with no dash: a command must not take it for an option. */
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:\\[][A-Za-z0-9.:_%\\]-]*");

  Wanted {
    if (host.length() > MAX_HOST || !HOST.matcher(host).matches()) {
      throw new Refused("bad-arguments", "the host is neither a name nor an address: " + host);
    }
    if (port < 1 || port > MAX_PORT) {
      throw new Refused("bad-arguments", "port must be 1 to 65535, got " + port);
    }
    if (!ChildFiles.nameFits(instance)) {
      throw new Refused("bad-arguments", "service and id together are too long for a file name");
    }
  }

  static Wanted of(RunEntry entry, Map<String, Template> templates) {
    return new Wanted(
        entry.instance(),
        template(entry.template(), templates),
        entry.host(),
        entry.port(),
        Epoch.NONE,
        "");
  }

  static Wanted of(EnsureProcess request, Map<String, Template> templates) {
    String name = request.args().get("template");
    if (name == null) {
      throw new Refused("bad-arguments", "the driver's args name no template");
    }
    String call = request.args().getOrDefault(ProcessDriver.CALL_ARG, request.incident());
    return new Wanted(
        request.instance(),
        template(name, templates),
        request.host(),
        request.port(),
        request.epoch(),
        call);
  }

  private static Template template(String name, Map<String, Template> templates) {
    Template template = templates.get(name);
    if (template == null) {
      throw new Refused("no-template", "this node has no template " + name);
    }
    return template;
  }
}
