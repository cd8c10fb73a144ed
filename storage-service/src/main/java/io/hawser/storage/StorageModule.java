package io.hawser.storage;

import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.hawser.storage.transport.Transport;
import java.util.List;
import java.util.stream.Stream;

/** The role storage: a node of the replicated store. */
public final class StorageModule implements ServiceModule {
  static final String ROLE = "storage";

  @Override
  public String role() {
    return ROLE;
  }

  @Override
  public List<SettingKey<?>> settings() {
    return Stream.concat(StorageSettings.all().stream(), RaftTls.settings().stream()).toList();
  }

  @Override
  public void prepare() {
    Transport.prepare();
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    context.readiness().waiting(ROLE, "its replicas are opened");
    EngineMaker engines = new JRaftMaker(context, RaftTls.read(context.settings()));
    return List.of(Deployment.one(() -> new StorageVerticle(context, engines)));
  }
}
