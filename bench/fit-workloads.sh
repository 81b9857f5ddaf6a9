#!/usr/bin/env bash
# Fits the bundled workload specs anew to the traces beside the checkout (README, Data). Run from anywhere; takes about a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
traces=${1:-../shared/workloads}
dotnet build -c Release src/RapidTuner --nologo -v q

fit() { dotnet run -c Release --no-build --project src/RapidTuner -- workload fit "$traces/$1.csv" --out "workloads/$1.json" "${@:2}"; }

azure="P. Patel, E. Choukse, C. Zhang, A. Shah, I. Goiri, S. Maleki, R. Bianchini: Splitwise: Efficient generative LLM inference using phase splitting, ISCA 2024 (Microsoft Azure)"

fit azure-2023-code --alias azure-code --slo-class interactive \
  --description "Code completion: long prompts, tiny outputs, bursts on and off with pauses of minutes." \
  --source "AzureLLMInferenceTrace_code.csv, Azure/AzurePublicDataset b469a11, whole" --licence "CC BY 4.0" --attribution "$azure"
fit azure-2023-conv --alias azure-conv --slo-class interactive \
  --description "Chat: nearly Poisson arrivals on a drifting rate, medium prompts and outputs." \
  --source "AzureLLMInferenceTrace_conv.csv, Azure/AzurePublicDataset b469a11, the first 2,700 s" --licence "CC BY 4.0" --attribution "$azure"
fit mooncake-conversation --alias mooncake-conv --slo-class interactive \
  --description "Long-context chat with much prefix reuse; cached tokens are those of an unlimited cache." \
  --source "FAST25-release/traces/conversation_trace.jsonl, kvcache-ai/Mooncake 3b5a594, whole" --licence "Apache-2.0" \
  --attribution "Mooncake trace release (FAST '25), Moonshot AI and the KVCache.ai team"
fit ragpulse-days1-5 --alias ragpulse --slo-class interactive \
  --description "Retrieval-augmented question answering at a university: day and night, a very low rate, reused passages." \
  --source "data/0_trace.jsonl, flashserve/RAGPulse 3672232, the first five days" --licence "MIT" --attribution "Copyright (c) 2025 zhengchao wang"
fit servegen-deepseek-r1 --alias deepseek-r1 --slo-class reasoning \
  --description "Reasoning model: short prompts, long outputs with a heavy tail, a climbing rate." \
  --source "data/reason/deepseek-r1, alibaba/ServeGen f891d11: a trace sampled from its client statistics, 19:40 to 20:20" --licence "Apache-2.0" \
  --attribution "ServeGen, Alibaba"
