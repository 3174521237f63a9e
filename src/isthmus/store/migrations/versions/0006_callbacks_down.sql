DROP TABLE received_callback;
DROP TABLE awaited_callback;
