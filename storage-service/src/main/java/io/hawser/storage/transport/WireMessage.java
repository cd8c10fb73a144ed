package io.hawser.storage.transport;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.GetFileResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.PingRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

/**
 * The messages that replicas exchange, each with its number on the wire. Numbers are never given
 * again. JRaft's messages for its command line are not among them: nobody may change members from
 * outside.
 */
enum WireMessage {
  APPEND_ENTRIES(1, AppendEntriesRequest.getDefaultInstance()),
  APPEND_ENTRIES_RESPONSE(2, AppendEntriesResponse.getDefaultInstance()),
  REQUEST_VOTE(3, RequestVoteRequest.getDefaultInstance()),
  REQUEST_VOTE_RESPONSE(4, RequestVoteResponse.getDefaultInstance()),
  TIMEOUT_NOW(5, TimeoutNowRequest.getDefaultInstance()),
  TIMEOUT_NOW_RESPONSE(6, TimeoutNowResponse.getDefaultInstance()),
  READ_INDEX(7, ReadIndexRequest.getDefaultInstance()),
  READ_INDEX_RESPONSE(8, ReadIndexResponse.getDefaultInstance()),
  INSTALL_SNAPSHOT(9, InstallSnapshotRequest.getDefaultInstance()),
  INSTALL_SNAPSHOT_RESPONSE(10, InstallSnapshotResponse.getDefaultInstance()),
  GET_FILE(11, GetFileRequest.getDefaultInstance()),
  GET_FILE_RESPONSE(12, GetFileResponse.getDefaultInstance()),
  PING(13, PingRequest.getDefaultInstance()),
  ERROR(14, ErrorResponse.getDefaultInstance());

  private static final WireMessage[] ALL = values();

  private final int number;
  private final Message prototype;

  WireMessage(int number, Message prototype) {
    this.number = number;
    this.prototype = prototype;
  }

  int number() {
    return number;
  }

  static WireMessage of(Object message) {
    for (WireMessage type : ALL) {
      if (type.prototype.getClass() == message.getClass()) {
        return type;
      }
    }
    throw new IllegalArgumentException("no message of the log: " + message.getClass());
  }

  static WireMessage of(int number) throws InvalidProtocolBufferException {
    for (WireMessage type : ALL) {
      if (type.number == number) {
        return type;
      }
    }
    throw new InvalidProtocolBufferException("unknown message number " + number);
  }

  String className() {
    return prototype.getClass().getName();
  }

  Message parse(byte[] frame, int from) throws InvalidProtocolBufferException {
    return prototype.getParserForType().parseFrom(frame, from, frame.length - from);
  }
}
