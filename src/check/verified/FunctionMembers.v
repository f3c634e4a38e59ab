(* FunctionMembers.v - the vectors of Jets.v are orthogonal to whatever is orthogonal to all velocities of the
   network at the point: they lie in the span of the velocities.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Diff
  Claims Flow Text Relu TrueFlow Symbols Functions SymbolValues Motion Curves FunctionFlow FunctionLaws
  Jets Expansions SeriesFunctions JetValues.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.
Add Ring RealRing3 : (cth Rring).

(* ------------------------------------------------------------------ coefficients of a sum that is 0 *)
Fixpoint radd (p q : list R) : list R :=
  match p, q with x :: p, y :: q => x + y :: radd p q | [], _ => q | _, [] => p end.
Lemma sval_radd p : forall q T, sval (radd p q) T = sval p T + sval q T.
Proof. induction p as [|x p IH]; intros [|y q] T; cbn [radd sval]; try rewrite IH; ring. Qed.
Lemma nth_radd p : forall q m, nth m (radd p q) 0 = nth m p 0 + nth m q 0.
Proof. induction p as [|x p IH]; intros [|y q] [|m]; cbn [radd nth]; try apply IH; ring. Qed.
Lemma sval_scale x l T : sval (map (Rmult x) l) T = x * sval l T.
Proof. induction l as [|y l IH]; cbn [map sval]; [|rewrite IH]; ring. Qed.
Definition coefficient (m : nat) (s : series) : rat := nth m s (0%Z, 1%positive).
Lemma nth_coefficient w m s : nth m (map (Rmult w) (map qr s)) 0 = qr (coefficient m s) * w.
Proof.
  unfold coefficient. revert m. induction s as [|x s IH]; intros [|m]; cbn [map nth];
    rewrite ?qr_zero; try apply IH; ring.
Qed.
Lemma coefficients K vs (s : positive -> series) (f : positive -> R -> R) w :
  (forall a, In a vs -> expands K (s a) (f a)) -> near 0 (fun T => ssum Reals vs (fun a => f a T * w a) = 0)
    ->
  forall m, (m < K)%nat -> ssum Reals vs (fun a => qr (coefficient m (s a)) * w a) = 0.
Proof.
  intros H H0.
  assert (G : exists l, approx K (sval l) (fun T => ssum Reals vs (fun a => f a T * w a)) /\
    forall m, nth m l 0 = ssum Reals vs (fun a => qr (coefficient m (s a)) * w a)).
  { clear H0. induction vs as [|a vs IH].
    - exists []. split; [apply approx_same, near_always; reflexivity|]. intros [|m]; reflexivity.
    - destruct IH as (l & L1 & L2); [intros b Hb; apply H; now right|].
      exists (radd (map (Rmult (w a)) (map qr (s a))) l). split.
      + eapply approx_ext; [| |exact (approx_add _ _ _ _ _ (approx_scale _ (w a) _ _ (H a (or_introl
        eq_refl))) L1)].
        * intros T. rewrite sval_radd, sval_scale. reflexivity.
        * apply near_always. intros T. cbn [ssum]. cbn. ring.
      + intros m. rewrite nth_radd, nth_coefficient, L2. reflexivity. }
  destruct G as (l & L1 & L2). intros m Hm. rewrite <- L2. apply (vanishing K); [|exact Hm].
  eapply approx_ext; [reflexivity| |exact L1]. exact H0.
Qed.

(* ------------------------------------------------------------------ members of a text *)
(* the point of a certificate, as in Point.v *)
Definition point_real (c : cert) (a : positive) : R := qr (point_at c a).
(* what is orthogonal to all velocities at e0 *)
Definition orthogonal (I : functions) (text : string) (e0 w : positive -> R) : Prop :=
  forall v, function_velocity I text e0 v ->
  ssum Reals (vars (Z.to_nat (l_dim (text_layout text)))) (fun a => v a * w a) = 0.
Section Member.
  Variable I : functions.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Notation prog := (p_prog P).
  Variable c : cert.
  Variable g : taylor.
  Notation e0 := (point_real c).
  Notation K := (y_order g).
  Definition curve_at (T : R) (a : positive) : R :=
    if known P a then e0 a
    else match find (fun t => Pos.eqb a (fst t)) (y_inputs g) with
         | Some t => qr (fst (snd t)) + T * qr (snd (snd t))
         | None => 0
         end.
  Notation leaf := (jet_leaf P c g).
  Lemma nth_unit k i : nth i (repeat ([] : series) k ++ [[qone]]) [] = if Nat.eqb i k then [qone] else [].
  Proof. revert i. induction k as [|k IH]; intros [|i]; cbn; try reflexivity; [destruct i;
    reflexivity|apply IH]. Qed.
  Lemma leaf_ok a : jet_of n K curve_at (leaf a) (fun e => e a).
  Proof.
    split.
    - unfold jet_leaf, curve, curve_at. cbn [fst]. destruct (known P a); [apply expands_const|].
      destruct (find _ (y_inputs g)) as [x|]; [|apply expands_nil].
      apply approx_same, near_always. intros T. rewrite !sv_cons, qr_nil. ring.
    - exists (fun b _ => if Pos.eqb a b then 1 else 0). intros b Hb. split.
      + apply near_always. intros T. unfold partial, update. destruct (Pos.eqb_spec a b) as [->|N].
        * apply derivable_pt_lim_id.
        * apply derivable_pt_lim_const.
      + unfold jet_value, jet_leaf. cbn [snd]. destruct (Pos.eqb_spec a b) as [<-|N].
        * rewrite Hb, nth_unit, Nat.eqb_refl. rewrite <- qr_one. apply expands_const.
        * destruct (is_state n a); [|destruct (Pos.to_nat b - 1)%nat; apply expands_nil].
          rewrite nth_unit. destruct (Nat.eqb_spec (Pos.to_nat b - 1) (Pos.to_nat a - 1)) as [E|_];
            [lia|apply expands_nil].
  Qed.
  Variable J : list (list (list jet)).
  Hypothesis HJ : jets_of (S K) leaf prog [] = Some J.
  Notation func := ((positive -> R) -> R).
  Notation at_e e := (Forall2 (Forall2 (fun (F : func) v => F e = v))).
  Notation jet_of := (jet_of n K curve_at).
  Lemma program : exists JF, Forall2 (Forall2 (Forall2 jet_of)) J JF /\
    (forall e, Forall2 (at_e e) JF (fst (run_with R (sem_ops Reals e) (real_units I) prog [] []))) /\
    near 0 (fun T => regular_at I text (curve_at T)).
  Proof.
    destruct (jets_ok I n K curve_at leaf leaf_ok prog [] [] J HJ (Forall2_nil _)) as (JF & H1 & H2 & H3).
    exists JF. split; [exact H1|]. split; [intros e; apply H2; constructor|].
    eapply near_mono; [|exact H3]. intros T H. unfold regular_at, program_at. rewrite Ht.
    apply (H [] []); [constructor|intros x []].
  Qed.
  Lemma curve_known T a : is_known text a = true -> curve_at T a = e0 a.
  Proof. intros H. unfold curve_at. rewrite <- (known_known text t Ht), H. reflexivity. Qed.
  Section Values.
    Variable JF : list (list (list func)).
    Hypothesis HF : forall e, Forall2 (at_e e) JF (fst (run_with R (sem_ops Reals e) (real_units I) prog []
      [])).
    Lemma run_values e : exists T u, run_with R (sem_ops Reals e) (real_units I) prog [] [] = (T, u) /\
      Forall2 (at_e e) JF T.
    Proof.
      specialize (HF e). destruct (run_with R (sem_ops Reals e) (real_units I) prog [] []) as [T u].
      exists T, u. split; [reflexivity|exact HF].
    Qed.
    Lemma outputs_values e : Forall2 (fun (F : func) v => F e = v) (outputs P JF) (outputs_at I text e).
    Proof.
      destruct (run_values e) as (T & u & E & H). destruct (compile_ok (sem_ops Reals e) (real_units I) text
        t T u Ht E) as (_ & _ & EO & _).
      unfold outputs_at. rewrite EO. apply outputs_rel. exact H.
    Qed.
    Definition weight_function (a : positive) : func :=
      match p_weights P with Some k => nth (Pos.to_nat a - 1) (entries JF k) (fun _ => 0) | None => fun _ =>
        1 end.
    Lemma weight_value e a : weight_at I text e a = weight_function a e.
    Proof.
      destruct (run_values e) as (T & u & E & H). destruct (compile_ok (sem_ops Reals e) (real_units I) text
        t T u Ht E) as (_ & _ & _ & EW).
      unfold weight_at, weight_function. rewrite EW. destruct (p_weights P) as [k|]; [|reflexivity].
        cbn [option_map].
      symmetry. apply (nth_rel (fun (F : func) v => F e = v)); [reflexivity|]. apply entries_rel. exact H.
    Qed.
    Definition field_function (k : nat) (a : positive) : func :=
      nth (Pos.to_nat a - 1) (nth k (map (entries JF) (p_raw P)) []) (fun _ => 0).
    Lemma field_value e k a : nth (Pos.to_nat a - 1) (nth k (fields_at I text e) []) 0 = field_function k a e.
    Proof.
      destruct (run_values e) as (T & u & E & H). unfold fields_at, field_function.
      rewrite (compile_fields (sem_ops Reals e) (real_units I) text t T u Ht E). symmetry.
        apply (nth_rel (fun (F : func) v => F e = v)); [reflexivity|].
      apply (nth_rel (Forall2 (fun (F : func) v => F e = v))); [constructor|].
      apply map_same. intros i. apply entries_rel. exact H.
    Qed.
    Lemma field_exists e k : y_field g = Some k -> named P g = true ->
      (k < List.length (fields_at I text e))%nat.
    Proof.
      destruct (run_values e) as (T & u & E & _). unfold fields_at.
        rewrite (compile_fields (sem_ops Reals e) (real_units I) text t T u Ht E).
      intros EF. unfold named. rewrite EF, map_length. apply Nat.ltb_lt.
    Qed.
    Definition is_output (F : func) : Prop :=
      exists j, (forall e, (j < List.length (outputs_at I text e))%nat) /\ forall e,
        nth j (outputs_at I text e) 0 = F e.
    Lemma outputs_are F : In F (outputs P JF) -> is_output F.
    Proof.
      intros H. destruct (In_nth _ _ (fun _ => 0) H) as (j & Hj & <-). exists j. split; intros e.
      - rewrite <- (length_rel _ _ _ (outputs_values e)). exact Hj.
      - symmetry. apply (nth_rel (fun (F : func) v => F e = v)); [reflexivity|]. apply outputs_values.
    Qed.
  End Values.
  (* a combination of gradients of outputs *)
  Lemma gradients fs Fs : Forall2 jet_of fs Fs -> (forall F, In F Fs -> is_output F) -> forall ys,
    exists M : positive -> R -> R,
    (forall a, is_state n a = true -> expands (S K) (covector_sum ys (map (fun f => jet_value f a) fs)) (M
      a)) /\
    near 0 (fun T => regular_at I text (curve_at T) -> exists v, function_velocity I text e0 v /\
      forall a, is_state n a = true -> v a = weight_at I text (curve_at T) a * M a T).
  Proof.
    intros H. induction H as [|f F fs Fs Hf H IH]; intros HO ys.
    - exists (fun _ _ => 0). split; [intros a _; cbn [map]; destruct ys; apply expands_nil|].
      apply near_always. intros T _. exists (fun _ => 0). split; [constructor|]. intros a _. ring.
    - destruct ys as [|y ys].
      + exists (fun _ _ => 0). split; [intros a _; apply expands_nil|].
        apply near_always. intros T _. exists (fun _ => 0). split; [constructor|]. intros a _. ring.
      + destruct (IH (fun F HF => HO F (or_intror HF)) ys) as (M & M1 & M2). destruct Hf as (_ & G & HG).
        destruct (HO F (or_introl eq_refl)) as (j & J1 & J2).
        exists (fun a T => qr (y, 1%positive) * G a T + M a T). split.
        * intros a Ha. cbn [map covector_sum]. apply expands_add; [|apply M1; exact Ha].
          apply expands_scale. apply HG. exact Ha.
        * assert (N : near 0 (fun T => forall a, In a (vars n) -> partial F a (curve_at T) (G a T))).
          { apply near_all. intros a Ha. apply is_state_spec in Ha. apply HG. exact Ha. }
          eapply near_mono; [|exact (near_and _ _ _ N M2)]. intros T [H1 H2] HR.
            destruct (H2 HR) as (v & V1 & V2).
          exists (fun a => qr (y, 1%positive) * (weight_at I text (curve_at T) a * G a T) + v a). split.
          -- apply (function_output I text e0 _ (curve_at T) j (fun a => G a T)); auto.
             ++ intros a Ha. apply curve_known. exact Ha.
             ++ intros a Ha. rewrite (parameter_state text t Ht) in Ha.
                eapply deriv_ext; [|apply H1; apply is_state_spec; exact Ha]. intros s. symmetry. apply J2.
          -- intros a Ha. rewrite V2 by exact Ha. ring.
  Qed.
  Variable w : positive -> R.
  Hypothesis Hw : orthogonal I text e0 w.
  Lemma orthogonal_vars v : function_velocity I text e0 v -> ssum Reals (vars n) (fun a => v a * w a) = 0.
  Proof.
    intros H. destruct (compile_shape text t Ht) as (E & _).
    destruct (run_with R (sem_ops Reals e0) (real_units I) prog [] []) as [T u] eqn:ER.
    destruct (compile_ok (sem_ops Reals e0) (real_units I) text t T u Ht ER) as (_ & EL & _). rewrite E,
      <- EL. apply Hw. exact H.
  Qed.
  Hypothesis Hnamed : named P g = true.
  Lemma component_orthogonal : ssum Reals (vars n) (fun a => qr (coefficient K (component P (S K) g J a)) * w
    a) = 0.
  Proof.
    destruct program as (JF & H1 & H2 & H3). unfold component. destruct (y_field g) as [k|] eqn:EF.
    - apply (coefficients (S K) _ _ (fun a T => field_function JF k a (curve_at T))); [| |lia].
      + intros a _. unfold field_function.
        assert (Q : Forall2 (Forall2 jet_of) (map (entries J) (p_raw P)) (map (entries JF) (p_raw P))).
        { apply map_same. intros i. apply entries_rel. exact H1. }
        apply (nth_rel jet_of ([], []) (fun _ => 0)); [apply jet_of_zero|].
        apply (nth_rel (Forall2 jet_of)); [constructor|exact Q].
      + eapply near_mono; [|exact H3]. intros T HR.
        assert (HV := orthogonal_vars _ (function_field I text e0 1 (curve_at T) k _ (fun a Ha => curve_known
          T a Ha) HR
          (field_exists JF H2 (curve_at T) k EF Hnamed) (function_zero I text e0))).
        etransitivity; [|apply HV]. refine (ssum_ext Reals _ _ _ _). intros a _. rewrite (field_value JF H2).
          cbn. ring.
    - destruct (gradients (outputs P J) (outputs P JF) (outputs_rel _ P _ _ H1) (outputs_are JF H2)
      (y_covector g))
        as (M & M1 & M2).
      apply (coefficients (S K) _ _ (fun a T => weight_function JF a (curve_at T) * M a T)); [| |lia].
      + intros a Ha. apply is_state_spec in Ha. unfold weight_function. destruct (p_weights P) as [k|].
        * apply expands_mul; [|apply M1; exact Ha].
          apply (nth_rel jet_of ([], []) (fun _ => 0)); [apply jet_of_zero|]. apply entries_rel. exact H1.
        * eapply expands_ext; [|apply M1; exact Ha]. apply near_always. intros T. ring.
      + eapply near_mono; [|exact (near_and _ _ _ H3 M2)]. intros T [HR HM].
        destruct (HM HR) as (v & V1 & V2).
        etransitivity; [|exact (orthogonal_vars v V1)]. refine (ssum_ext Reals _ _ _ _). intros a Ha.
        apply is_state_spec in Ha. rewrite V2, (weight_value JF H2) by exact Ha. reflexivity.
  Qed.
End Member.

(* ------------------------------------------------------------------ vectors with integer coordinates *)
Lemma nth_vars_map {X} (h : positive -> X) d n : forall s a, In a (vars_from s n) ->
  nth (Pos.to_nat a - Pos.to_nat s) (map h (vars_from s n)) d = h a.
Proof.
  induction n as [|n IH]; intros s a Ha; [contradiction|]. cbn [vars_from map].
  destruct (Pos.eq_dec a s) as [->|N]; [rewrite Nat.sub_diag; reflexivity|].
  destruct Ha as [Ha|Ha]; [congruence|]. assert (Q := Ha). apply vars_from_spec in Q.
  replace (Pos.to_nat a - Pos.to_nat s)%nat with (S (Pos.to_nat a - Pos.to_nat (Pos.succ s))) by lia.
  cbn [nth]. apply IH. exact Ha.
Qed.
Definition coordinate (v : list Z) (a : positive) : R := IZR (nth (Pos.to_nat a - 1) v 0%Z).
Section Vectors.
  Variable I : functions.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Variable c : cert.
  Variable w : positive -> R.
  Hypothesis Hw : orthogonal I text (point_real c) w.
  Lemma vector_orthogonal g D v : taylor_vector P c g = Some (D, v) ->
    ssum Reals (vars n) (fun a => coordinate v a * w a) = 0.
  Proof.
    unfold taylor_vector, taylor_row. destruct (named P g) eqn:EN; [|discriminate].
    destruct (jets_of (S (y_order g)) (jet_leaf P c g) (p_prog P) []) as [J|] eqn:EJ; [|discriminate].
      cbn [option_map].
    assert (H := component_orthogonal I text t Ht c g J EJ w Hw EN).
    set (s := fun a => coefficient (y_order g) (component P (S (y_order g)) g J a)) in *.
    change (map _ (vars n)) with (map s (vars n)).
    change (ssum Reals (vars n) (fun a => qr (s a) * w a) = 0) in H. clearbody s.
    unfold cleared. set (d := fold_left _ _ _). clearbody d. cbv zeta.
    match goal with |- context [forallb ?f ?l] => destruct (forallb f l) eqn:EF; [|discriminate] end.
      intros E. apply some_same in E.
    assert (Ev := f_equal snd E). cbn [snd] in Ev. rewrite <- Ev. clear E Ev. rewrite forallb_forall in EF.
      rewrite map_map.
    transitivity (IZR d * ssum Reals (vars n) (fun a => qr (s a) * w a)); [|rewrite H; apply Rmult_0_r].
    symmetry. etransitivity; [symmetry; exact (ssum_scale Reals (vars n) (IZR d) (fun a => qr (s a) * w a))|].
    refine (ssum_ext Reals _ _ _ _). intros a Ha. unfold coordinate.
    assert (EN' := nth_vars_map (fun a => (fst (s a) * (d / Zpos (snd (s a))))%Z) 0%Z n xH a Ha).
    change (nth (Pos.to_nat a - 1) (map (fun a => (fst (s a) * (d / Zpos (snd (s a))))%Z) (vars n)) 0%Z =
      (fst (s a) * (d / Zpos (snd (s a))))%Z) in EN'. rewrite EN'.
    specialize (EF (s a) (in_map s _ _ Ha)). apply Z.eqb_eq in EF. rewrite <- EF at 1.
    generalize (d / Zpos (snd (s a)))%Z. intros q. rewrite !mult_IZR. unfold qr.
    assert (N := pos_nonzero (snd (s a))). cbn. field. exact N.
  Qed.
  Lemma chosen_orthogonal gs W v : chosen_vectors P c gs = Some W -> In v W ->
    ssum Reals (vars n) (fun a => coordinate v a * w a) = 0.
  Proof.
    unfold chosen_vectors. intros H. revert W H. induction (c_chosen c) as [|i l IH]; intros W H Hv;
      simpl in H.
    - injection H as <-. contradiction.
    - destruct (nth_error gs i) as [g|]; [|discriminate]. destruct (taylor_vector P c g) as [[D x]|] eqn:E;
      [|discriminate].
      cbn [option_map snd] in H. destruct (all_some _) as [W'|]; [|discriminate]. injection H as <-.
      destruct Hv as [<-|Hv]; [exact (vector_orthogonal g D x E)|exact (IH W' eq_refl Hv)].
  Qed.
End Vectors.

(* ------------------------------------------------------------------ laws at the point *)
Section Laws.
  Variable P : problem.
  Variable c : cert.
  Notation e0 := (point_real c).
  Lemma poly_at_ok p : qr (poly_at c p) = pev e0 p.
  Proof.
    assert (M : forall m, qr (mono_at c m) = meval Rring e0 m).
    { induction m as [|a m IH]; cbn [mono_at meval]; [apply qr_one|]. rewrite qr_mul, IH. reflexivity. }
    induction p as [|[m z] p IH]; cbn [poly_at peval]; [apply qr_zero|].
    rewrite qr_add, qr_mul, qr_int, M, IH, phi_IZR. reflexivity.
  Qed.
  Lemma pairing_ok (h : positive -> rat) n : forall s v, qr (pairing_at v (map h (vars_from s n))) =
    ssum Reals (vars_from s n) (fun a => IZR (nth (Pos.to_nat a - Pos.to_nat s) v 0%Z) * qr (h a)).
  Proof.
    induction n as [|n IH]; intros s v; [destruct v; apply qr_zero|]. cbn [vars_from map].
      destruct v as [|z v].
    - cbn [pairing_at]. rewrite qr_zero. symmetry. etransitivity;
      [|exact (ssum_0 Reals (s :: vars_from (Pos.succ s) n))].
      refine (ssum_ext Reals _ _ _ _). intros a _. destruct (Pos.to_nat a - Pos.to_nat s)%nat; cbn; ring.
    - cbn [pairing_at ssum]. rewrite qr_add, qr_mul, qr_int, IH, Nat.sub_diag. cbn [nth].
      refine (f_equal (Rplus (IZR z * qr (h s))) _). refine (ssum_ext Reals _ _ _ _). intros a Ha.
        apply vars_from_spec in Ha.
      replace (Pos.to_nat a - Pos.to_nat s)%nat with (S (Pos.to_nat a - Pos.to_nat (Pos.succ s))) by lia.
        reflexivity.
  Qed.
  Lemma tangent_ok W l v : tangent_to_laws P c W = true -> In l (c_laws c) -> In v W ->
    let h := law_frac l variable in
    ssum Reals (vars (p_dim P)) (fun a => coordinate v a *
      (pev e0 (snd h) * pev e0 (diff a (fst h)) - pev e0 (fst h) * pev e0 (diff a (snd h)))) = 0.
  Proof.
    intros H Hl Hv h. unfold tangent_to_laws in H. rewrite forallb_forall in H. specialize (H l Hl).
      cbv zeta in H.
    rewrite forallb_forall in H. specialize (H v Hv). apply qzero_true in H. fold h in H. unfold form_at in H.
    unfold vars in *. rewrite pairing_ok in H. etransitivity; [|exact H]. refine (ssum_ext Reals _ _ _ _).
    intros a _. rewrite qr_add, qr_opp, !qr_mul, !poly_at_ok. unfold coordinate. cbn.
      change (Pos.to_nat 1) with 1%nat. ring.
  Qed.
End Laws.
