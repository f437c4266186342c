# Replays the shipped sample; 3 is right there: it has planted bad lines.
execute_process(COMMAND ${RISKD} replay ${ARGUMENTS} --out ${OUT} RESULT_VARIABLE status ERROR_VARIABLE messages)
if(NOT status EQUAL 3)
  message(FATAL_ERROR "riskd replay ended with ${status}, expected 3\n${messages}")
endif()
