package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RaftServerService;
import com.alipay.sofa.jraft.rpc.RpcRequestClosure;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.impl.core.NodeRequestProcessor;
import com.google.protobuf.Message;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes the entries of leaders to their groups, and answers in the order in which they came over a
 * connection, as leaders demand. The order is the connection's own and ends with it; JRaft keeps it
 * by the peer, beyond the connection, and a leader's first entries would wait up to a second while
 * that is taken down for another connection. Thread-safe; what comes over one connection for one
 * group has to come on one thread at a time.
 */
final class EntriesProcessor extends NodeRequestProcessor<AppendEntriesRequest> {
  EntriesProcessor(Executor executor) {
    super(executor, AppendEntriesResponse.getDefaultInstance());
  }

  @Override
  protected @Nullable Message processRequest0(
      RaftServerService replica, AppendEntriesRequest request, RpcRequestClosure done) {
    boolean heartbeat = request.getEntriesCount() == 0 && !request.hasData();
    if (heartbeat) {
      return replica.handleAppendEntriesRequest(request, done);
    }
    AnswersInOrder.Place place = answers(request, done.getRpcCtx().getConnection()).next();
    Message now;
    try {
      now = replica.handleAppendEntriesRequest(request, new InOrder(done, place));
    } catch (RuntimeException | Error e) {
      place.leave();
      throw e;
    }
    if (now != null) {
      place.answer(() -> done.sendResponse(now));
    }
    return null;
  }

  private static AnswersInOrder answers(AppendEntriesRequest request, Connection connection) {
    String name = "answers " + request.getGroupId();
    if (connection.getAttribute(name) instanceof AnswersInOrder known) {
      return known;
    }
    AnswersInOrder made = new AnswersInOrder(connection::close);
    return connection.setAttributeIfAbsent(name, made) instanceof AnswersInOrder known
        ? known
        : made;
  }

  /** Where JRaft answers once the entries are on disk. */
  private static final class InOrder extends RpcRequestClosure {
    private final RpcRequestClosure asked;
    private final AnswersInOrder.Place place;

    InOrder(RpcRequestClosure asked, AnswersInOrder.Place place) {
      super(asked.getRpcCtx(), AppendEntriesResponse.getDefaultInstance());
      this.asked = asked;
      this.place = place;
    }

    @Override
    public void sendResponse(Message answer) {
      place.answer(() -> asked.sendResponse(answer));
    }
  }

  @Override
  protected String getPeerId(AppendEntriesRequest request) {
    return request.getPeerId();
  }

  @Override
  protected String getGroupId(AppendEntriesRequest request) {
    return request.getGroupId();
  }

  @Override
  public String interest() {
    return AppendEntriesRequest.class.getName();
  }
}
