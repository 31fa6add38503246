# The agent that holds a vault's key: real processes and sockets, without gRPC.
set(here ${CMAKE_CURRENT_SOURCE_DIR})
holdfast_test(client.agent
  SOURCES
    ${here}/client/agent/agent_alone_test.cpp ${here}/client/agent/agent_place_test.cpp
    ${here}/client/agent/agent_test.cpp
    ${here}/client/agent/agent_wire_test.cpp ${here}/../support/temp_dir.cpp
  LIBRARIES holdfast_client_agent)
